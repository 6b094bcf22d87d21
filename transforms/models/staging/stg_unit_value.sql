-- Price of a basket code, a partner and month (or a year that is the agency's own figure): value over weight and over quantity.
-- How unusual a price is, is told against the 36 months before it, never against itself, of one source, basis and unit: a window
-- that held the month would move towards it. The rest of the world is the total less the partner, value and amount alike.
-- Amounts that were made from the values have no unit value, and no part in the rest.
with answer as (
    select
        period.*,
        dense_rank() over (
            order by
                period.reporter, period.flow, period.flow_basis, period.level, period.code, period.period_type, period.source
        ) as series
    from {{ ref('stg_trade_period') }} as period
    where period.method = 'month' or (period.period_type = 'CY' and period.method = 'agency')
),

weighed as (
    select distinct answer_id
    from {{ ref('stg_trade_period_partner') }}
    where weight_kg > 0
),

measured as (
    {%- for m in physical() %}
    select
        answer.answer_id, answer.series, answer.period,
        '{{ m.name }}' as measure,
        {{ "'kg'" if m.name == 'weight' else 'answer.quantity_unit' }} as unit,
        partner.partner,
        partner.value_usd,
        partner.{{ m.amount }} as amount,
        case when answer.denominator_rank < 3 and answer.denominator_rank_{{ m.end }} < 3
            then answer.denominator_usd - partner.value_usd end as rest_usd,
        case when answer.denominator_rank < 3 and answer.denominator_rank_{{ m.end }} < 3
            then answer.denominator_{{ m.end }} - partner.{{ m.amount }} end as rest_amount
    from answer
    inner join {{ ref('stg_trade_period_partner') }} as partner on answer.answer_id = partner.answer_id
    where {{ 'answer.quantity_unit is not null' if m.name == 'quantity' else 'answer.answer_id in (select answer_id from weighed)' }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

filled as (
    select answer_id, measure, sum(value_usd) as value_usd, sum(amount) as amount
    from {{ ref('stg_filled_amount') }}
    group by answer_id, measure
),

told as (
    select
        measured.answer_id, measured.series, measured.period, measured.measure, measured.unit, measured.partner,
        measured.value_usd, measured.amount, own.partner is not null as filled_in,
        measured.rest_usd - coalesce(filled.value_usd, 0) + coalesce(own.value_usd, 0) as rest_usd,
        measured.rest_amount - coalesce(filled.amount, 0) + coalesce(own.amount, 0) as rest_amount
    from measured
    left join filled on measured.answer_id = filled.answer_id and measured.measure = filled.measure
    left join {{ ref('stg_filled_amount') }} as own
        on {{ same('measured', 'own', ['answer_id', 'measure', 'partner']) }}
),

-- who sent nothing has no price, and no row
priced as (
    select
        told.*,
        case
            when value_usd > 0 and amount > 0 and not filled_in
                then cast(value_usd as {{ type_double() }}) / cast(amount as {{ type_double() }})
        end as unit_value,
        case
            when rest_usd > 0 and rest_amount > 0
                then cast(rest_usd as {{ type_double() }}) / cast(rest_amount as {{ type_double() }})
        end as rest_unit_value
    from told
    where partner in (select iso3 from {{ ref('country') }})
        and (value_usd is null or amount is null or value_usd <> 0 or amount <> 0)
),

logged as (
    select priced.*, ln(unit_value) as ln_u from priced
),

seen as (
    select
        logged.*,
        count(ln_u) over earlier as n_window,
        median(ln_u) over earlier as median_ln_u,
        mad(ln_u) over earlier as mad_ln_u
    from logged
    window earlier as (
        partition by series, measure, unit, partner
        order by period
        range between interval 36 months preceding and interval 1 month preceding
    )
)

select
    answer_id,
    measure,
    unit,
    partner,
    value_usd,
    amount,
    filled_in,
    round(unit_value, 9) as unit_value,
    round(rest_unit_value, 9) as rest_unit_value,
    round(ln(unit_value / rest_unit_value), 9) as relative_unit_value,
    cast(n_window as integer) as n_window,
    round(median_ln_u, 9) as median_ln_u,
    round(mad_ln_u, 9) as mad_ln_u,
    case
        when n_window >= {{ var('unit_value_window_floor') }} and round(mad_ln_u, 9) > 0
            then round(0.6745 * (ln_u - median_ln_u) / mad_ln_u, 9)
    end as anomaly_z
from seen
