-- Each partner's part of a basket's imports, by value, weight and quantity. ROW closes the sum: the total less the partners
-- with a figure here.
-- A view: the names of a basket and period are the same for all its partners, and writing them to each takes longer than all
-- else.
{{ config(materialized='view') }}
with figure as (
    {{ measure_with_coverage('import') }}
),

filled as (
    select basket_period_id, partner{% for m in measures() %}, {{ m.amount }}{% endfor %}
    from {{ ref('stg_basket_partner') }}
    where partner in (select iso3 from {{ ref('country') }})
    union all
    select basket_period_id, 'ROW'{% for m in measures() %}, {{ m.amount }}{% endfor %}
    from {{ ref('stg_basket_rest') }}
),

part as (
    select figure.*, filled.partner, {{ amount_by_measure('figure.measure', 'filled') }} as amount
    from figure
    inner join filled on figure.basket_period_id = filled.basket_period_id
)

select
    part.reporter,
    part.partner,
    part.partner as partner_definition,
    part.basket_id,
    part.basket_version,
    part.is_current_version,
    part.measure,
    part.flow_basis,
    part.period,
    part.period_type,
    part.amount,
    part.unit,
    cast(case when part.measure = 'value' then part.amount end as {{ type_money() }}) as value_usd,
    case when part.may_share then {{ share_of('part.amount', 'part.denominator_amount') }} end as share,
    part.denominator_amount,
    cast(case when part.measure = 'value' then part.denominator_amount end as {{ type_money() }}) as denominator_usd,
    {{ denominator_name('part.denominator_rank') }} as denominator,
    part.coverage_codes,
    cast(part.n_obs as integer) as n_obs,
    part.method_status,
    part.method as cy_method,
    part.source,
    part.currency,
    part.data_vintage,
    {{ evidence_name('part.evidence_rank') }} as evidence
from part
where part.partner <> 'ROW' or part.amount is not null
