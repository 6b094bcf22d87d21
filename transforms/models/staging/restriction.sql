-- Every interval in which a list named a company: the seed's rows, and the parties of the Consolidated Screening List whose
-- names are the company's. Entries are the same when their names are.
with entry as (
    select
        entry.*,
        {{ name_key(without_short_form('entry.entry')) }} as entry_key
    from {{ ref('restriction_entry') }} as entry
),

removal as (
    select list_id, company_id, entry_key, valid_until
    from entry
    where valid_until is not null
    group by list_id, company_id, entry_key, valid_until
),

-- A list names a company anew in every edition, and a removal ends every earlier row of the same name.
closed as (
    select
        entry.list_id, entry.company_id, entry.entry_key, entry.entry, entry.match, entry.valid_from,
        entry.source, entry.evidence, entry.read_on,
        coalesce(
            entry.valid_until,
            min(case when removal.valid_until > entry.valid_from then removal.valid_until end)
        ) as valid_until,
        max(case when removal.valid_until <= entry.valid_from then removal.valid_until end) as removed_before,
        entry.valid_until is null as open_in_source
    from entry
    left join removal on {{ same('entry', 'removal', ['list_id', 'company_id', 'entry_key']) }}
    group by
        entry.list_id, entry.company_id, entry.entry_key, entry.entry, entry.match, entry.valid_from,
        entry.source, entry.evidence, entry.read_on, entry.valid_until
),

edition as (
    select
        closed.*,
        row_number() over (
            partition by list_id, company_id, entry_key, evidence, valid_until
            order by valid_from desc nulls last, entry, source
        ) as place
    from closed
),

seeded as (
    select
        list_id, company_id, evidence, valid_until,
        max(case when place = 1 then entry end) as entry,
        max(case when place = 1 then match end) as match,
        max(case when place = 1 then source end) as source,
        min(valid_from) as valid_from,
        max(read_on) as read_on,
        count(*) as editions,
        max(removed_before) as removed_before,
        min(case when open_in_source and valid_until is not null then valid_from end) as open_from
    from edition
    group by list_id, company_id, entry_key, evidence, valid_until
),

-- the same entry in snapshots that follow each other is one interval, whatever its id and addresses became
party as (
    select
        match.company_id,
        coalesce(list.list_id, party.list_name) as list_id,
        {{ name_key('party.name') }} as entry_key,
        party.name as entry,
        match.match,
        match.matched,
        party.start_date,
        party.end_date,
        party.source,
        party.evidence,
        party.document_id,
        party.first_snapshot,
        party.last_snapshot,
        row_number() over (
            order by party.source, party.list_name, party.party_id, party.place, party.first_snapshot, match.company_id
        ) as party_order
    from {{ ref('restricted_party') }} as party
    inner join {{ ref('restriction_match') }} as match
        on party.name = match.name and party.alt_names is not distinct from match.alt_names
    left join {{ ref('restriction_list') }} as list
        on {{ list_key('party.list_name') }} = {{ list_key('list.csl_name') }}
),

step as (
    select
        party.*,
        max(last_snapshot) over (
            partition by source, company_id, list_id, entry_key
            order by first_snapshot, party_order rows between unbounded preceding and 1 preceding
        ) as seen_until
    from party
),

island as (
    select
        step.*,
        sum(case when first_snapshot <= seen_until + 1 then 0 else 1 end) over (
            partition by source, company_id, list_id, entry_key
            order by first_snapshot, party_order rows between unbounded preceding and current row
        ) as island
    from step
),

spanned as (
    select
        island.*,
        min(first_snapshot) over by_island as island_first,
        max(last_snapshot) over by_island as island_last,
        row_number() over (
            partition by source, company_id, list_id, entry_key, island
            order by last_snapshot desc, case match when 'name' then 1 when 'alt_name' then 2 else 3 end,
                first_snapshot desc, party_order
        ) as place
    from island
    window by_island as (partition by source, company_id, list_id, entry_key, island)
),

stood as (
    select
        source, company_id, list_id, island_first, island_last,
        max(case when place = 1 then entry end) as entry,
        max(case when place = 1 then match end) as match,
        max(case when place = 1 then matched end) as matched,
        max(case when place = 1 then evidence end) as evidence,
        max(case when place = 1 then document_id end) as document_id,
        min(case when last_snapshot = island_last then start_date end) as valid_from,
        case
            when count(case when last_snapshot = island_last and end_date is null then 1 end) = 0
                then max(case when last_snapshot = island_last then end_date end)
        end as valid_until
    from spanned
    group by source, company_id, list_id, entry_key, island, island_first, island_last
),

newest as (
    select source, cast(known_from as date) as newest_day from {{ ref('restriction_snapshot') }} where newest
)

select
    list_id,
    company_id,
    entry,
    match,
    cast(null as {{ dbt.type_string() }}) as matched,
    valid_from,
    valid_until,
    valid_until is not null as ended,
    cast(read_on as timestamp with time zone) as known_from,
    {{ utc_null() }} as known_to,
    cast(editions as integer) as editions,
    source,
    evidence,
    cast(null as {{ dbt.type_string() }}) as document_id,
    case
        when open_from is not null
            then 'the source still shows the row of ' || cast(open_from as {{ dbt.type_string() }})
                || ' as open; it ends here with the removal of ' || cast(valid_until as {{ dbt.type_string() }})
        when removed_before is not null
            then 'listed again after the removal of ' || cast(removed_before as {{ dbt.type_string() }})
    end as note
from seeded
union all
select
    stood.list_id,
    stood.company_id,
    stood.entry,
    stood.match,
    stood.matched,
    stood.valid_from,
    stood.valid_until,
    ended.snapshot is not null or coalesce(stood.valid_until <= newest.newest_day, false),
    began.known_from,
    ended.known_from,
    stood.island_last - stood.island_first + 1,
    stood.source,
    stood.evidence,
    stood.document_id,
    case
        when ended.snapshot is not null
            then 'no longer there in the snapshot of ' || cast(cast(ended.known_from as date) as {{ dbt.type_string() }})
    end
from stood
inner join newest on stood.source = newest.source
inner join {{ ref('restriction_snapshot') }} as began
    on stood.source = began.source and stood.island_first = began.snapshot
left join {{ ref('restriction_snapshot') }} as ended
    on stood.source = ended.source and stood.island_last + 1 = ended.snapshot
