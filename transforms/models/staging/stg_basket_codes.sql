-- From how many cells a basket's imports in a period come and, for a year, which codes answered, as one value: figures of
-- two years are compared only where it is the same.
select
    basket.basket_period_id,
    md5(string_agg(case when basket.period_type in ('CY', 'TTM') then period.code end, ' ' order by period.code))
        as answered_codes,
    cast(sum(period.n_cells) as {{ dbt.type_bigint() }}) as n_cells
from {{ ref('stg_basket') }} as basket
inner join {{ ref('basket_member') }} as member
    on basket.basket_id = member.basket_id and basket.basket_version = member.version
inner join {{ ref('stg_trade_period') }} as period
    on member.level = period.level and member.code = period.code
    and {{ same('basket', 'period', ['reporter', 'flow', 'flow_basis', 'period', 'period_type']) }}
where basket.flow = 'import'
group by basket.basket_period_id
