-- Members of a basket that were no line of the US tariff in a period, by their recorded days, and did not answer either: they
-- are not missing. Those that had ended, with their goods under a line that is no member, have moved out of the basket.
with line as (
    select distinct code, valid_from, valid_until
    from {{ ref('hts_line') }}
    where valid_from is not null or valid_until is not null
),

member as (
    select
        basket.basket_number, basket.basket_id, basket.basket_version, member.code,
        coalesce(line.valid_from, cast('0001-01-01' as date)) as valid_from,
        coalesce(line.valid_until, cast('9999-12-31' as date)) as valid_until
    from {{ ref('stg_basket_version') }} as basket
    inner join {{ ref('basket_member') }} as member
        on basket.basket_id = member.basket_id and basket.basket_version = member.version
    inner join line on member.code = line.code
    where member.level = 'HS10'
),

moved as (
    select distinct member.basket_number, member.code
    from member
    inner join {{ ref('hts_line') }} as line on member.code = line.code
    left join {{ ref('basket_member') }} as kept
        on member.basket_id = kept.basket_id
        and member.basket_version = kept.version
        and line.successor = kept.code
    where line.successor is not null and kept.code is null
),

answered as (
    select distinct reporter, flow, flow_basis, period, period_type
    from {{ ref('stg_trade_period') }}
    where reporter = 'USA' and flow = 'import' and level = 'HS10'
),

span as (
    select
        answered.*,
        cast(case period_type
            when 'YTD' then {{ dbt.date_trunc('year', 'period') }}
            when 'TTM' then {{ dbt.dateadd('month', -11, 'period') }}
            else period
        end as date) as first_day,
        cast(case period_type
            when 'Q' then {{ dbt.dateadd('month', 3, 'period') }}
            when 'CY' then {{ dbt.dateadd('month', 12, 'period') }}
            else {{ dbt.dateadd('month', 1, 'period') }}
        end as date) as next_day
    from answered
)

select
    member.basket_number,
    span.reporter,
    span.flow,
    span.flow_basis,
    span.period,
    span.period_type,
    count(*) as n_codes_out,
    count(case when member.valid_until < span.first_day then moved.code end) as n_codes_moved
from member
inner join span on member.valid_until < span.first_day or member.valid_from >= span.next_day
left join moved on member.basket_number = moved.basket_number and member.code = moved.code
left join {{ ref('stg_trade_period') }} as period
    on {{ same('span', 'period', ['reporter', 'flow', 'flow_basis', 'period', 'period_type']) }}
    and period.level = 'HS10'
    and member.code = period.code
where period.code is null
group by member.basket_number, span.reporter, span.flow, span.flow_basis, span.period, span.period_type
