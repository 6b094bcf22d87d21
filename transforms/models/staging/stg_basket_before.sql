-- The period a year before, where it may be compared: the same basket, reporter, flow, basis and kind of period, from the
-- same source and with exactly the same codes answered.
with answered as (
    select
        basket.basket_period_id,
        sum(period.n_cells) as n_obs,
        {{ dbt.hash("string_agg(period.code, ',' order by period.level, period.code)") }} as codes
    from {{ ref('stg_basket') }} as basket
    inner join {{ ref('basket_member') }} as member
        on basket.basket_id = member.basket_id and basket.basket_version = member.version
    inner join {{ ref('stg_trade_period') }} as period
        on member.level = period.level and member.code = period.code
        and {{ same('basket', 'period', ['reporter', 'flow', 'flow_basis', 'period', 'period_type']) }}
    group by basket.basket_period_id
),

told as (
    select basket.*, answered.n_obs, answered.codes
    from {{ ref('stg_basket') }} as basket
    inner join answered on basket.basket_period_id = answered.basket_period_id
)

select
    told.basket_period_id,
    cast(told.n_obs as {{ dbt.type_bigint() }}) as n_obs,
    earlier.basket_period_id as before_id
from told
left join told as earlier
    on {{ same('told', 'earlier', ['basket_number', 'reporter', 'flow', 'flow_basis', 'period_type', 'source', 'codes']) }}
    and earlier.period = cast({{ dbt.dateadd('month', -12, 'told.period') }} as date)
