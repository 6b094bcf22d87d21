-- Which codes of a basket answered in a period, as one value: figures of two periods are compared only where it is the same.
select
    basket.basket_period_id,
    {{ dbt.hash("string_agg(period.code, ',' order by period.code)") }} as answered_codes
from {{ ref('stg_basket') }} as basket
inner join {{ ref('basket_member') }} as member
    on basket.basket_id = member.basket_id and basket.basket_version = member.version
inner join {{ ref('stg_trade_period') }} as period
    on member.level = period.level and member.code = period.code
    and {{ same('basket', 'period', ['reporter', 'flow', 'flow_basis', 'period', 'period_type']) }}
group by basket.basket_period_id
