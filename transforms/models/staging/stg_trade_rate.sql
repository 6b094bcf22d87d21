-- What one unit of a cell's currency was worth in its period, for cells in other currencies than the dollar: the ratio of
-- the European Central Bank's averages of the period, over the days on which both were fixed. A period with a day that no
-- fixing covers has no rate.
{{ config(meta={'known_by': 'rows', 'compared': true}) }}
with wanted as (
    select distinct flow.cell_id, flow.currency, flow.period, cell.period_type
    from {{ ref('stg_trade_flow') }} as flow
    inner join (select distinct cell_id, period_type from {{ ref('stg_trade_seen') }}) as cell
        on flow.cell_id = cell.cell_id
    where flow.known_to is null and flow.currency <> 'USD'
),

span as (
    select
        named.currency, named.period, named.period_type,
        cast(case
            when named.period_type = 'YTD' then {{ dbt.date_trunc('year', 'named.period') }} else named.period
        end as date) as first_day,
        cast(case
            when named.period_type = 'Q' then {{ dbt.dateadd('month', 3, 'named.period') }}
            when named.period_type = 'CY' then {{ dbt.dateadd('month', 12, 'named.period') }}
            else {{ dbt.dateadd('month', 1, 'named.period') }}
        end as date) as next_day
    from (select distinct currency, period, period_type from wanted) as named
),

averaged as (
    select
        span.currency, span.period, span.period_type,
        sum(case when not own.carried then cast(own.per_eur as decimal(18, 9)) end) as own_sum,
        sum(case when not own.carried then cast(dollar.per_eur as decimal(18, 9)) end) as dollar_sum,
        count(case when not own.carried then 1 end) as n_fixings,
        max(case when dollar.data_vintage > own.data_vintage then dollar.data_vintage else own.data_vintage end)
            as known_from,
        max({{ evidence_rank('own.evidence') }}) as evidence_rank
    from span
    inner join {{ ref('fx_rate') }} as own
        on span.currency = own.currency and own.rate_date >= span.first_day and own.rate_date < span.next_day
    inner join {{ ref('fx_rate') }} as dollar on own.rate_date = dollar.rate_date and dollar.currency = 'USD'
    group by span.currency, span.period, span.period_type, span.first_day, span.next_day
    having count(*) = {{ dbt.datediff('span.first_day', 'span.next_day', 'day') }}
)

select
    wanted.cell_id,
    wanted.currency,
    cast(round(cast(averaged.dollar_sum as {{ type_double() }}) / cast(averaged.own_sum as {{ type_double() }}), 12)
        as decimal(18, 12)) as usd_per_unit,
    averaged.n_fixings,
    averaged.known_from,
    averaged.evidence_rank
from wanted
inner join averaged
    on {{ same('wanted', 'averaged', ['currency', 'period', 'period_type']) }}
where averaged.n_fixings > 0
