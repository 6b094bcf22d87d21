-- One row an event: a notice at its latest version, with the kind its rule gives it, and the programs of the seed.
with ranked as (
    select
        notice.*,
        rule.kind,
        rule.rank,
        row_number() over (partition by notice.document_number order by rule.rank nulls last) as place
    from {{ ref('policy_notice') }} as notice
    left join {{ ref('policy_rule') }} as rule
        on {{ fits('notice.title', 'rule.title') }}
        and {{ fits('notice.agencies', 'rule.agency') }}
        and {{ fits('notice.cfr_references', 'rule.cfr') }}
    where notice.known_to is null
)

select
    'fr:' || document_number as event_id,
    coalesce(kind, 'other') as kind,
    rank as rule_rank,
    title,
    agencies as authority,
    publication_date,
    effective_on,
    cast(null as date) as effective_until,
    cast(null as {{ dbt.type_string() }}) as status,
    action,
    cast(null as {{ dbt.type_string() }}) as scope,
    document_type,
    document_number,
    correction_of,
    html_url as url,
    queries,
    source,
    evidence,
    document_id,
    known_from
from ranked
where place = 1
union all
select
    event_id,
    kind,
    cast(null as integer),
    title,
    authority,
    publication_date,
    effective_on,
    effective_until,
    status,
    action,
    scope,
    cast(null as {{ dbt.type_string() }}),
    cast(null as {{ dbt.type_string() }}),
    cast(null as {{ dbt.type_string() }}),
    url,
    cast(null as {{ dbt.type_string() }}),
    source,
    evidence,
    cast(null as {{ dbt.type_string() }}),
    cast(read_on as timestamp with time zone)
from {{ ref('policy_program') }}
