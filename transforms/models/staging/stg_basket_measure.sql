-- One row a version of a basket, period and measure that some code has: what its figures by that measure are made of.
-- The codes that answer by weight can be fewer than those that answer by value, and from fewer sources. What a collection
-- made from values is counted: shares of it would repeat those by value.
{% set made_of = [
    'n_whole_codes', 'partners_given', 'denominator_rank', 'n_obs', 'method', 'source', 'currency', 'evidence_rank', 'data_vintage'
] %}
with filled_in as (
    select answer_id, measure, sum(amount) as amount
    from {{ ref('stg_filled_amount') }}
    group by answer_id, measure
),

measured as (
    select
        basket_period_id, 0 as measure_number, 'value' as measure, 'USD' as unit, false as is_estimated,
        cast(denominator_usd as {{ type_amount() }}) as denominator_amount,
        cast(0 as {{ type_amount() }}) as filled_in_amount, n_codes_answered, {{ made_of | join(', ') }}
    from {{ ref('stg_basket') }}
    {%- for m in physical() %}
    union all
    select
        basket.basket_period_id,
        {{ loop.index }},
        '{{ m.name }}',
        max({{ "'kg'" if m.end == 'kg' else 'basket.quantity_unit' }}),
        max(case when {{ estimates_amounts('period.source') }} then 1 else 0 end) = 1,
        cast(max(basket.denominator_{{ m.end }}) as {{ type_amount() }}),
        cast(coalesce(sum(filled_in.amount), 0) as {{ type_amount() }}),
        count(*),
        max(basket.n_whole_codes_{{ m.end }}),
        min(case when period.partners_given_{{ m.end }} then 1 else 0 end) = 1,
        max(period.denominator_rank_{{ m.end }}),
        cast(sum(period.n_cells) as {{ dbt.type_bigint() }}),
        case when min(period.method) = max(period.method) then min(period.method) else 'mixed' end,
        string_agg(distinct period.source, '+' order by period.source),
        cast(null as {{ dbt.type_string() }}),
        max(period.evidence_rank),
        max(period.data_vintage)
    from {{ ref('stg_basket') }} as basket
    {{ joined_answers('basket') }}
    left join filled_in on period.answer_id = filled_in.answer_id and filled_in.measure = '{{ m.name }}'
    where basket.n_codes_{{ m.end }} > 0 and period.denominator_{{ m.end }} is not null
    group by basket.basket_period_id
    {%- endfor %}
)

select
    measured.basket_period_id * 3 + measured.measure_number as figure_id,
    measured.basket_period_id,
    measured.measure,
    measured.unit,
    {% for name in ['basket_id', 'basket_version', 'is_current_version', 'reporter', 'flow', 'flow_basis', 'period', 'period_type', 'n_codes', 'n_codes_moved'] -%}
    basket.{{ name }},
    {% endfor -%}
    measured.n_codes_answered,
    measured.denominator_amount,
    measured.filled_in_amount,
    case when measured.is_estimated then 'estimated' else 'derived' end as method_status,
    {% for name in made_of -%}
    measured.{{ name }}{{ ',' if not loop.last }}
    {% endfor -%}
from measured
inner join {{ ref('stg_basket') }} as basket on measured.basket_period_id = basket.basket_period_id
