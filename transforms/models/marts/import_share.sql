-- Each partner's part of a basket's imports, by value, weight and quantity. ROW closes the sum: the total less the partners with
-- a figure here.
-- A view: the names of a basket and period are the same for all its partners, and writing them to each takes longer than all else.
{{ config(materialized='view') }}
with figure as (
    {{ measure_with_coverage('import') }}
),

filled as (
    select basket_period_id, partner{% for m in measures() %}, {{ m.amount }}{% endfor %}
    from {{ ref('stg_basket_partner') }}
    where partner in (select iso3 from {{ ref('country') }})
),

part as (
    {%- for m in measures() %}
    select figure.figure_id, filled.partner, cast(filled.{{ m.amount }} as {{ type_amount() }}) as amount
    from filled
    inner join figure on filled.basket_period_id = figure.basket_period_id
    where figure.measure = '{{ m.name }}'
    union all
    select figure.figure_id, 'ROW', cast(rest.{{ m.amount }} as {{ type_amount() }})
    from {{ ref('stg_basket_rest') }} as rest
    inner join figure on rest.basket_period_id = figure.basket_period_id
    where figure.measure = '{{ m.name }}' and rest.{{ m.amount }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    figure.reporter,
    part.partner,
    figure.basket_id,
    figure.basket_version,
    figure.is_current_version,
    figure.measure,
    figure.flow_basis,
    figure.period,
    figure.period_type,
    part.amount,
    figure.unit,
    cast(case when figure.measure = 'value' then part.amount end as {{ type_money() }}) as value_usd,
    case when figure.may_share then {{ share_of('part.amount', 'figure.denominator_amount') }} end as share,
    figure.denominator_amount,
    cast(case when figure.measure = 'value' then figure.denominator_amount end as {{ type_money() }}) as denominator_usd,
    {{ denominator_name('figure.denominator_rank') }} as denominator,
    figure.coverage_codes,
    cast(figure.n_obs as integer) as n_obs,
    figure.method_status,
    figure.method as cy_method,
    figure.source,
    figure.currency,
    figure.data_vintage,
    {{ evidence_name('figure.evidence_rank') }} as evidence
from figure
inner join part on figure.figure_id = part.figure_id
