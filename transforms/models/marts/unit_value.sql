-- Unit values of basket codes by partner: dollars for a kilogram and for the unit the source counts in, and how unusual each is.
-- Nothing divided by nothing is unknown: zero or unknown amounts have no unit value.
-- A view: the names of a code and period are the same for all its partners.
{{ config(materialized='view') }}
select
    period.reporter,
    price.partner,
    price.partner as partner_definition,
    {{ basket_of_one('period') }},
    period.level,
    period.code,
    period.flow,
    period.flow_basis,
    price.measure,
    price.unit,
    period.period,
    period.period_type,
    cast(price.value_usd as {{ type_money() }}) as value_usd,
    cast(price.amount as {{ type_amount() }}) as amount,
    price.unit_value,
    case
        when price.unit_value is not null then null
        when price.filled_in then 'the amount was made from the value'
        when price.value_usd is null then 'the value is not known'
        when price.amount is null then 'the amount is not known'
        when price.amount = 0 then 'the amount is zero'
        when price.value_usd = 0 then 'the value is zero'
        else 'value or amount is below zero'
    end as note,
    price.rest_unit_value,
    price.relative_unit_value,
    price.n_window,
    price.n_window < {{ var('unit_value_window_floor') }} as thin_cell,
    price.median_ln_u,
    price.mad_ln_u,
    price.anomaly_z,
    {{ coverage_of_one() }} as coverage_codes,
    cast(period.n_cells as integer) as n_obs,
    case when {{ estimates_amounts('period.source') }} then 'estimated' else 'derived' end as method_status,
    period.source,
    period.currency,
    period.data_vintage,
    {{ evidence_name('period.evidence_rank') }} as evidence
from {{ ref('stg_unit_value') }} as price
inner join {{ ref('stg_trade_period') }} as period on price.answer_id = period.answer_id
