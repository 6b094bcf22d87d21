-- Each partner's part of a basket's imports. ROW closes the sum: the total less the partners with a figure here.
with basket as (
    {{ basket_with_coverage() }}
),

partner as (
    select basket_id, reporter, flow_basis, period, period_type, partner, value_usd
    from {{ ref('stg_basket_partner') }}
    where partner in (select iso3 from {{ ref('country') }})
),

listed as (
    select basket_id, reporter, flow_basis, period, period_type, coalesce(sum(value_usd), 0) as listed_usd
    from partner
    group by basket_id, reporter, flow_basis, period, period_type
),

filled as (
    select basket_id, reporter, flow_basis, period, period_type, partner, value_usd from partner
    union all
    select
        basket.basket_id, basket.reporter, basket.flow_basis, basket.period, basket.period_type, 'ROW',
        basket.denominator_usd - coalesce(listed.listed_usd, 0)
    from basket
    left join listed
        on {{ same('basket', 'listed', ['basket_id', 'reporter', 'flow_basis', 'period', 'period_type']) }}
    where basket.denominator_usd <> coalesce(listed.listed_usd, 0)
)

select
    basket.reporter,
    filled.partner,
    basket.basket_id,
    basket.flow_basis,
    basket.period,
    basket.period_type,
    cast(filled.value_usd as {{ type_money() }}) as value_usd,
    case when basket.may_share then {{ share_of('filled.value_usd', 'basket.denominator_usd') }} end as share,
    cast(basket.denominator_usd as {{ type_money() }}) as denominator_usd,
    {{ denominator_name('basket.denominator_rank') }} as denominator,
    basket.coverage_codes,
    basket.basket_version,
    basket.method as cy_method,
    basket.source,
    basket.data_vintage,
    {{ evidence_name('basket.evidence_rank') }} as evidence
from basket
inner join filled
    on {{ same('basket', 'filled', ['basket_id', 'reporter', 'flow_basis', 'period', 'period_type']) }}
