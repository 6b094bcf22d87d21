-- Each partner's part of a basket's imports. ROW closes the sum: the total less the partners with a figure here.
with basket as (
    {{ basket_with_coverage() }}
),

partner as (
    select {{ basket_period_columns() }}, partner, value_usd
    from {{ ref('stg_basket_partner') }}
    where partner in (select iso3 from {{ ref('country') }})
),

listed as (
    select {{ basket_period_columns() }}, coalesce(sum(value_usd), 0) as listed_usd
    from partner
    group by {{ basket_period_columns() }}
),

filled as (
    select {{ basket_period_columns() }}, partner, value_usd from partner
    union all
    select
        {{ basket_period_columns('basket.') }}, 'ROW',
        basket.denominator_usd - coalesce(listed.listed_usd, 0)
    from basket
    left join listed
        on {{ same('basket', 'listed', basket_period_names()) }}
    where basket.denominator_usd <> coalesce(listed.listed_usd, 0)
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
inner join filled
    on {{ same('basket', 'filled', basket_period_names()) }}
