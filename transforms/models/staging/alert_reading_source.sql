-- What the rules about sources and feeds look at: every series and every feed.
with series as (
    select
        coverage.*,
        source || '/' || reporter || '/' || flow || '/' || flow_basis || '/' || level || '/' || period_type as subject
    from {{ ref('source_coverage') }} as coverage
)

select
    'source_late' as rule_id,
    subject,
    case when late is not null then true end as may_fire,
    cast(case when late is not null
        then greatest({{ dbt.datediff('newest_period', 'expected_period', 'month') }}, 0)
    end as {{ type_double() }}) as value,
    cast(null as {{ type_double() }}) as compared_with,
    cast(null as date) as happened_on,
    'newest ' || cast(newest_period as {{ dbt.type_string() }})
    || coalesce(', expected ' || cast(expected_period as {{ dbt.type_string() }}), '') as words,
    {{ no_basket('series') }},
    source,
    {{ utc_null() }} as data_vintage,
    cast(null as {{ dbt.type_string() }}) as evidence
from series
union all
select
    'series_gap', subject, true, cast(n_gaps as {{ type_double() }}), cast(null as {{ type_double() }}), cast(null as date),
    'missing ' || gaps, {{ no_basket('series') }}, source, {{ utc_null() }}, cast(null as {{ dbt.type_string() }})
from series
union all
select
    'feed_errors', feed, case when state is not null then true end, weighted_errors, cast(null as {{ type_double() }}),
    cast(null as date), state, {{ no_basket() }}, 'news', checked_at, cast(null as {{ dbt.type_string() }})
from {{ ref('feed_health') }}
union all
select
    'feed_down', feed, case when state is not null then state <> 'ok' end,
    cast({{ dbt.datediff('since', as_of_time(), 'day') }} as {{ type_double() }}), cast(null as {{ type_double() }}),
    cast(since as date), state, {{ no_basket() }}, 'news', checked_at, cast(null as {{ dbt.type_string() }})
from {{ ref('feed_health') }}
