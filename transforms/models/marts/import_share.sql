-- Each partner's part of a basket's imports. ROW closes the sum: the total less the partners with a figure here.
-- A view: the names of a basket and period are the same for all its partners, and writing them to each takes longer than all else.
{{ config(materialized='view') }}
with basket as (
    {{ basket_with_coverage('import') }}
),

filled as (
    select basket_period_id, partner, value_usd
    from {{ ref('stg_basket_partner') }}
    where partner in (select iso3 from {{ ref('country') }})
    union all
    select basket_period_id, 'ROW', value_usd from {{ ref('stg_basket_rest') }}
)

select
    basket.reporter,
    filled.partner,
    basket.basket_id,
    basket.basket_version,
    basket.is_current_version,
    basket.flow_basis,
    basket.period,
    basket.period_type,
    cast(filled.value_usd as {{ type_money() }}) as value_usd,
    case when basket.may_share then {{ share_of('filled.value_usd', 'basket.denominator_usd') }} end as share,
    cast(basket.denominator_usd as {{ type_money() }}) as denominator_usd,
    {{ denominator_name('basket.denominator_rank') }} as denominator,
    basket.coverage_codes,
    basket.method as cy_method,
    basket.source,
    basket.currency,
    basket.data_vintage,
    {{ evidence_name('basket.evidence_rank') }} as evidence
from basket
inner join filled on basket.basket_period_id = filled.basket_period_id
