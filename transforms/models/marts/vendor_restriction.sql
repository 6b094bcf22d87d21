-- Every company against every list: what the list says of it, or that nothing was found, or that nobody looked.
with list as (
    select list_id, name, authority, csl_name is not null as in_csl, read_from, read_on, read_whole
    from {{ ref('restriction_list') }}
    union all
    -- a list that came with a snapshot and that the seed does not know is kept under its own name
    select restriction.list_id, restriction.list_id, cast(null as {{ dbt.type_string() }}), true,
        cast(null as {{ dbt.type_string() }}), cast(null as date), false
    from {{ ref('restriction') }} as restriction
    left join {{ ref('restriction_list') }} as known on restriction.list_id = known.list_id
    where known.list_id is null
    group by restriction.list_id
),

-- a list was read when the newest snapshot holds it: one that went missing, or goes by another name, was not. A snapshot
-- of fewer parties than the Screening List can have is a part of it: what is not there is not known
held as (
    select
        coalesce(known.list_id, party.list_name) as list_id,
        snapshot.source, snapshot.document_id, snapshot.known_from, snapshot.evidence, snapshot.parties,
        row_number() over (
            partition by coalesce(known.list_id, party.list_name) order by snapshot.document_order desc
        ) as place
    from {{ ref('restricted_party') }} as party
    inner join {{ ref('restriction_snapshot') }} as snapshot
        on party.source = snapshot.source and party.last_snapshot = snapshot.snapshot and snapshot.newest
    left join {{ ref('restriction_list') }} as known
        on {{ list_key('party.list_name') }} = {{ list_key('known.csl_name') }}
    group by
        coalesce(known.list_id, party.list_name), snapshot.source, snapshot.document_id, snapshot.document_order,
        snapshot.known_from, snapshot.evidence, snapshot.parties
),

held_newest as (
    select
        list_id, source, document_id, known_from, evidence, parties,
        parties >= {{ var('whole_snapshot_parties') }} as whole
    from held
    where place = 1
),

pair as (
    select
        company.company_id, company.name as company, list.list_id, list.name as list, list.authority, list.in_csl,
        list.read_from, list.read_on, list.read_whole
    from {{ ref('company') }} as company
    cross join list
),

named as (
    select company_id, list_id, count(case when evidence <> 'third_party_statement' then 1 end) as by_the_list
    from {{ ref('restriction') }}
    group by company_id, list_id
),

answered as (
    select
        pair.company_id, pair.company, pair.list_id, pair.list, pair.authority,
        case when restriction.ended then 'ended' else 'listed' end as status,
        restriction.entry, restriction.match, restriction.matched, restriction.valid_from, restriction.valid_until,
        restriction.known_from, restriction.known_to, restriction.source, restriction.evidence,
        restriction.document_id,
        case
            when restriction.evidence = 'third_party_statement' and named.by_the_list = 0
                and coalesce(held_newest.whole, false)
                then 'the snapshot of ' || cast(cast(held_newest.known_from as date) as {{ dbt.type_string() }})
                    || ' holds no party matched by name'
            else restriction.note
        end as note
    from pair
    inner join {{ ref('restriction') }} as restriction
        on pair.company_id = restriction.company_id and pair.list_id = restriction.list_id
    inner join named on pair.company_id = named.company_id and pair.list_id = named.list_id
    left join held_newest on pair.list_id = held_newest.list_id
),

unanswered as (
    select
        pair.*,
        looked.source as looked_in,
        looked.read_on as looked_on,
        held_newest.source as held_source,
        held_newest.document_id,
        held_newest.known_from,
        held_newest.evidence,
        held_newest.parties,
        coalesce(held_newest.whole, false) as whole
    from pair
    left join named on pair.company_id = named.company_id and pair.list_id = named.list_id
    left join {{ ref('restriction_check') }} as looked
        on pair.company_id = looked.company_id and pair.list_id = looked.list_id
    left join held_newest on pair.list_id = held_newest.list_id
    where named.company_id is null
),

judged as (
    select
        unanswered.*,
        case
            when in_csl and whole then 'no match by name'
            when in_csl then 'list not read'
            when read_whole or looked_in is not null then 'no match by name'
        end as status
    from unanswered
),

everything as (
    select * from answered
    union all
    select
        company_id, company, list_id, list, authority, status,
        cast(null as {{ dbt.type_string() }}), cast(null as {{ dbt.type_string() }}),
        cast(null as {{ dbt.type_string() }}), cast(null as date), cast(null as date),
        case
            when status = 'no match by name'
                then coalesce(known_from, cast(coalesce(looked_on, read_on) as timestamp with time zone))
        end,
        {{ utc_null() }},
        case when status = 'no match by name' then coalesce(held_source, looked_in, read_from) end,
        case when status = 'no match by name' then coalesce(evidence, 'list_data') end,
        case when status = 'no match by name' then document_id end,
        case
            when status is null then 'nobody looked for this company in this list'
            when status = 'list not read' and held_source is not null
                then 'the snapshot of ' || cast(cast(known_from as date) as {{ dbt.type_string() }}) || ' holds '
                    || cast(parties as {{ dbt.type_string() }}) || ' parties: a part of the list'
        end
    from judged
)

select
    company_id,
    company,
    list_id,
    list,
    authority,
    status,
    entry,
    match,
    matched,
    valid_from,
    valid_until,
    known_from,
    known_to,
    source,
    evidence,
    document_id,
    note,
    'No match by name is not a clearance: a parent, a subsidiary or another spelling may be listed.' as caution
from everything
