-- One row a version of a basket and period: how many of its codes answered, of those there were, and the total of these.
-- A code whose weight (or quantity) has no total has not answered by weight; quantities in two units have no total.
with answered as (
    select
        basket.basket_number,
        basket.basket_id,
        basket.basket_version,
        basket.is_current_version,
        period.reporter,
        period.flow,
        period.flow_basis,
        period.period,
        period.period_type,
        basket.n_codes,
        count(*) as n_codes_answered,
        cast(sum(case when period.n_whole_cells = period.n_cells then 1 else 0 end) as {{ dbt.type_bigint() }}) as n_whole_codes,
        min(case when period.partners_given then 1 else 0 end) = 1 as partners_given,
        max(period.denominator_rank) as denominator_rank,
        case when count(period.denominator_usd) = count(*) then sum(period.denominator_usd) end as denominator_usd,
        {%- for m in physical() %}
        count(period.denominator_{{ m.end }}) as n_codes_{{ m.end }},
        cast(sum(case when period.denominator_{{ m.end }} is not null and period.n_whole_cells = period.n_cells then 1 else 0 end)
            as {{ dbt.type_bigint() }}) as n_whole_codes_{{ m.end }},
        sum(period.denominator_{{ m.end }}) as added_{{ m.end }},
        {%- endfor %}
        min(case when period.denominator_quantity is not null then period.quantity_unit end) as first_unit,
        max(case when period.denominator_quantity is not null then period.quantity_unit end) as last_unit,
        cast(sum(period.n_cells) as {{ dbt.type_bigint() }}) as n_obs,
        case when min(period.method) = max(period.method) then min(period.method) else 'mixed' end as method,
        string_agg(distinct period.source, '+' order by period.source) as source,
        string_agg(distinct period.currency, '+' order by period.currency) as currency,
        max(period.evidence_rank) as evidence_rank,
        max(period.data_vintage) as data_vintage
    from {{ ref('stg_basket_version') }} as basket
    inner join {{ ref('basket_member') }} as member
        on basket.basket_id = member.basket_id and basket.basket_version = member.version
    inner join {{ ref('stg_trade_period') }} as period
        on member.level = period.level and member.code = period.code
    group by
        basket.basket_number, basket.basket_id, basket.basket_version, basket.is_current_version, period.reporter,
        period.flow, period.flow_basis, period.period, period.period_type, basket.n_codes
)

select
    {{ period_id('answered', ['basket_number', 'reporter', 'flow', 'flow_basis']) }} as basket_period_id,
    answered.basket_number,
    answered.basket_id,
    answered.basket_version,
    answered.is_current_version,
    answered.reporter,
    answered.flow,
    answered.flow_basis,
    answered.period,
    answered.period_type,
    answered.n_codes - coalesce(line.n_codes_out, 0) as n_codes,
    coalesce(line.n_codes_moved, 0) as n_codes_moved,
    answered.n_codes_answered,
    answered.n_whole_codes,
    answered.partners_given,
    answered.denominator_rank,
    answered.denominator_usd,
    {%- for m in physical() %}
    answered.n_codes_{{ m.end }},
    answered.n_whole_codes_{{ m.end }},
    {%- endfor %}
    answered.added_kg as denominator_kg,
    case when answered.first_unit = answered.last_unit then answered.added_quantity end as denominator_quantity,
    case when answered.first_unit = answered.last_unit then answered.first_unit end as quantity_unit,
    answered.n_obs,
    answered.method,
    answered.source,
    answered.currency,
    answered.evidence_rank,
    answered.data_vintage
from answered
left join {{ ref('stg_basket_line') }} as line
    on {{ same('answered', 'line', ['basket_number', 'reporter', 'flow', 'flow_basis', 'period', 'period_type']) }}
