-- Weights and quantities that a collection made from the values: it divides them by a standard unit value, so rows of several countries
-- have one unit value to the last digit. What comes out of dividing them again is that standard and no observation.
-- Three rows of a code, flow and period with 1,000 units or more that agree to five digits give a standard away; any other row that agrees with
-- it as closely as its amount (of three decimals) allows is of it too.
with goods as (
    select
        period.*,
        dense_rank() over (
            order by period.source, period.flow, period.level, period.code, period.period_type, period.period
        ) as goods
    from {{ ref('stg_trade_period') }} as period
    where {{ estimates_amounts('period.source') }} and period.method in ('month', 'agency')
),

stated as (
    {%- for m in physical() %}
    select
        goods.answer_id, goods.goods, '{{ m.name }}' as measure,
        {{ "'kg'" if m.name == 'weight' else 'goods.quantity_unit' }} as unit,
        partner.partner, partner.value_usd, partner.{{ m.amount }} as amount,
        cast(partner.value_usd as {{ type_double() }}) / cast(partner.{{ m.amount }} as {{ type_double() }}) as unit_value
    from goods
    inner join {{ ref('stg_trade_period_partner') }} as partner on goods.answer_id = partner.answer_id
    where partner.value_usd > 0 and partner.{{ m.amount }} > 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

standard as (
    select goods, measure, unit, min(unit_value) as lowest, max(unit_value) as highest
    from stated
    where amount >= 1000
    group by goods, measure, unit, round(ln(unit_value), 5)
    having count(*) >= 3
)

select distinct stated.answer_id, stated.measure, stated.partner, stated.value_usd, stated.amount
from stated
inner join standard
    on stated.goods = standard.goods and stated.measure = standard.measure and stated.unit = standard.unit
    and stated.unit_value >= standard.lowest * (1 - 0.00001 - 0.001 / cast(stated.amount as {{ type_double() }}))
    and stated.unit_value <= standard.highest * (1 + 0.00001 + 0.001 / cast(stated.amount as {{ type_double() }}))
