-- Which codes answered for a basket's imports in a period, as one value, and from how many cells. Figures of two periods
-- are compared only where this value is the same.
select
    basket.basket_period_id,
    md5(string_agg(period.code, ' ' order by period.code)) as answered_codes,
    cast(sum(period.n_cells) as {{ dbt.type_bigint() }}) as n_obs
from {{ ref('stg_basket') }} as basket
inner join {{ ref('basket_member') }} as member
    on basket.basket_id = member.basket_id and basket.basket_version = member.version
inner join {{ ref('stg_trade_period') }} as period
    on member.level = period.level and member.code = period.code
    and {{ same('basket', 'period', ['reporter', 'flow', 'flow_basis', 'period', 'period_type']) }}
where basket.flow = 'import'
group by basket.basket_period_id
