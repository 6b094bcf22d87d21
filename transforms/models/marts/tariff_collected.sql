-- The duty calculated on a basket's imports over their value, a partner and period; both of exactly the same goods.
-- A view: the names of a basket and period are the same for all its partners.
{{ config(materialized='view') }}
with measured as (
    select
        {%- for name in [
            'reporter', 'basket_id', 'basket_version', 'is_current_version', 'flow_basis', 'period', 'period_type', 'n_codes',
            'denominator_rank', 'method', 'source', 'currency', 'data_vintage', 'evidence_rank',
        ] %}
        basket.{{ name }},
        {%- endfor %}
        duty.partner,
        duty.value_usd,
        duty.duty_usd,
        duty.excluded_usd,
        duty.n_codes_matched,
        duty.n_obs,
        {{ share_of('duty.value_usd', 'duty.value_usd + duty.excluded_usd') }} as coverage_value
    from {{ ref('stg_basket_duty') }} as duty
    inner join {{ ref('stg_basket') }} as basket on duty.basket_period_id = basket.basket_period_id
),

judged as (
    select
        measured.*,
        case
            when duty_usd is null then 'no duty is stated'
            when n_codes_matched < {{ var('coverage_floor') }} * n_codes then 'duty is known for too few of the codes'
            when coverage_value < {{ var('coverage_floor') }} then 'duty is known for too little of the value'
            when value_usd = 0 then 'nothing was imported'
        end as note
    from measured
)

select
    reporter,
    partner,
    case when partner = 'TOTAL' then {{ all_partners() }} else partner end as partner_definition,
    basket_id,
    basket_version,
    is_current_version,
    'value' as measure,
    flow_basis,
    period,
    period_type,
    cast(value_usd as {{ type_money() }}) as value_usd,
    cast(duty_usd as {{ type_money() }}) as duty_usd,
    case when note is null then {{ share_of('duty_usd', 'value_usd') }} end as collected_rate,
    note,
    cast(excluded_usd as {{ type_money() }}) as excluded_usd,
    coverage_value,
    round(cast(n_codes_matched as {{ type_double() }}) / n_codes, 12) as coverage_codes,
    n_codes_matched,
    cast(n_codes as integer) as n_codes,
    n_obs,
    cast(null as {{ type_double() }}) as statutory_rate,
    'no tariff on record has all of rate, first day, last day and source' as statutory_note,
    {{ denominator_name('denominator_rank') }} as denominator,
    method as cy_method,
    'derived' as method_status,
    source,
    currency,
    data_vintage,
    {{ evidence_name('evidence_rank') }} as evidence
from judged
