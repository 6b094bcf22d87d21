-- What the rules about companies and policy look at: restatements, lists, and what came into force.
with first_read as (
    select list_id, min(known_from) as known_from
    from {{ ref('vendor_restriction') }}
    group by list_id
),

-- a list's own day, else the day the entry appeared; an entry that was there when the list was first read has none
listed as (
    select
        restriction.*,
        case
            when restriction.valid_from is not null then restriction.valid_from
            when restriction.known_from > first_read.known_from then cast(restriction.known_from as date)
        end as listed_on
    from {{ ref('vendor_restriction') }} as restriction
    inner join first_read on restriction.list_id = first_read.list_id
)

select
    'capex_restated' as rule_id,
    company || '/' || currency || '/' || cast(fiscal_year as {{ dbt.type_string() }}) as subject,
    restated as may_fire,
    cast(ppe_latest as {{ type_double() }}) as value,
    cast(ppe_first as {{ type_double() }}) as compared_with,
    filed_latest as happened_on,
    company_name || ', ' || form_latest || ' of ' || cast(filed_latest as {{ dbt.type_string() }}) || ' in ' || currency
        as words,
    {{ no_basket() }},
    source,
    data_vintage,
    evidence
from {{ ref('capex_annual') }}
union all
select
    'vendor_listed',
    company_id || '/' || list_id || '/' || left(md5(
        coalesce(entry, '') || '|' || coalesce(source, '') || '|' || coalesce(cast(valid_from as {{ dbt.type_string() }}), '')
        || '|' || coalesce(cast(known_from as {{ dbt.type_string() }}), '')
    ), 8),
    case when status in ('listed', 'ended', 'no match by name') then status = 'listed' end,
    cast({{ dbt.datediff('listed_on', alert_day(), 'day') }} as {{ type_double() }}),
    cast(null as {{ type_double() }}), listed_on, company || ' on ' || list, {{ no_basket() }}, source, known_from, evidence
from listed
union all
select
    'policy_in_force',
    event_id,
    case when effective_until < {{ alert_day() }} then false else true end,
    cast({{ dbt.datediff('effective_on', alert_day(), 'day') }} as {{ type_double() }}),
    cast(null as {{ type_double() }}), effective_on, title, {{ no_basket() }}, source, known_from, evidence
from {{ ref('policy_event') }}
where kind <> 'other' and coalesce(document_type, '') <> 'Proposed Rule'
