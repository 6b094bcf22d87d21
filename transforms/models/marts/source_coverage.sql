-- How far each source's figures reach without a gap, a level and kind of period: one row a series.
-- A period is complete where every cell of it that was ever seen has an answer that spoke for it; an answer cut off at a cap
-- speaks for nothing. January and February in one are no gap of a year to date: nothing is missing in it.
{% set series = ['source', 'reporter', 'flow', 'flow_basis', 'level', 'period_type'] %}
with spoken as (
    select distinct cell_id from {{ ref('stg_trade_scope') }}
),

period as (
    select
        {% for name in series %}cell.{{ name }}, {% endfor %}cell.period,
        case cell.period_type when 'Q' then 3 when 'CY' then 12 else 1 end as step_months,
        {{ month_number('cell.period') }} as month_number,
        count(spoken.cell_id) = count(*) as complete
    from {{ ref('stg_trade_cell') }} as cell
    left join spoken on cell.cell_id = spoken.cell_id
    where cell.answered
    group by {% for name in series %}cell.{{ name }}, {% endfor %}cell.period
),

step as (
    select
        period.*,
        lag(period) over by_series as last_period,
        (month_number - lag(month_number) over by_series) / step_months > 1
        and not (
            period_type = 'YTD' and month_number % 12 = 2 and month_number - lag(month_number) over by_series = 2
        ) as after_gap
    from period
    window by_series as (partition by {{ series | join(', ') }} order by period)
),

broken as (
    select
        step.*,
        sum(case when complete and not coalesce(after_gap, false) then 0 else 1 end) over (
            partition by {{ series | join(', ') }} order by period
            rows between unbounded preceding and current row
        ) > 0 as broken,
        cast({{ dbt.dateadd('month', 'step_months', 'last_period') }} as date) as missing_from,
        cast({{ dbt.dateadd('month', '-step_months', 'period') }} as date) as missing_until
    from step
),

-- the last period that had ended this many days ago
due as (
    select
        source,
        case when cadence_days <= 45 then 'M' when cadence_days <= 135 then 'Q' else 'CY' end as finest_type,
        cast({{ dbt.dateadd('day', '1 - lag_days', 'cast(' ~ as_of_time() ~ ' as date)') }} as date) as due_day
    from {{ source('lake', 'source') }}
),

covered as (
    select
        {{ series | join(', ') }},
        min(period) as first_period,
        max(case when not broken then period end) as complete_through,
        max(period) as newest_period,
        count(*) as n_periods,
        count(case when after_gap then 1 end) as n_gaps,
        string_agg(
            case
                when after_gap and missing_from = missing_until then cast(missing_from as {{ dbt.type_string() }})
                when after_gap
                    then cast(missing_from as {{ dbt.type_string() }}) || '..'
                        || cast(missing_until as {{ dbt.type_string() }})
            end, ' ' order by period
        ) as gaps,
        count(case when not complete then 1 end) as n_incomplete_periods,
        string_agg(case when not complete then cast(period as {{ dbt.type_string() }}) end, ' ' order by period)
            as incomplete_periods
    from broken
    group by {{ series | join(', ') }}
),

expected as (
    select
        covered.*,
        case
            when due.finest_type = 'M' and covered.period_type in ('M', 'YTD')
                then cast({{ dbt.dateadd('month', -1, dbt.date_trunc('month', 'due.due_day')) }} as date)
            when due.finest_type = 'Q' and covered.period_type = 'Q'
                then cast({{ dbt.dateadd('month', -3, dbt.date_trunc('quarter', 'due.due_day')) }} as date)
            when due.finest_type = 'CY' and covered.period_type = 'CY'
                then cast({{ dbt.dateadd('month', -12, dbt.date_trunc('year', 'due.due_day')) }} as date)
        end as expected_period
    from covered
    left join due on covered.source = due.source
)

select
    {{ series | join(', ') }},
    first_period,
    complete_through,
    newest_period,
    cast(n_periods as {{ dbt.type_bigint() }}) as n_periods,
    cast(n_gaps as {{ dbt.type_bigint() }}) as n_gaps,
    gaps,
    cast(n_incomplete_periods as {{ dbt.type_bigint() }}) as n_incomplete_periods,
    incomplete_periods,
    expected_period,
    newest_period < expected_period as late
from expected
