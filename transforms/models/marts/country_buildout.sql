-- What each country imports of a basket in a year, how that grew, and how much of it is China's. A year is compared only
-- with the year before of the same source, basis and codes. Claims and companies are named by news; none are read yet, so
-- they are unknown, which is not none.
with covered as (
    {{ basket_with_coverage('import') }}
),

basket as (
    select covered.*, codes.answered_codes
    from covered
    inner join {{ ref('stg_basket_codes') }} as codes on covered.basket_period_id = codes.basket_period_id
    where covered.period_type in ('CY', 'TTM')
),

china as (
    select {{ basket_period_columns() }}, share, hhi
    from {{ ref('exposure') }}
    where partner_definition = 'CHN' and measure = 'value' and period_type in ('CY', 'TTM')
),

figure as (
    select basket.*, china.share, china.hhi
    from basket
    left join china on {{ same('basket', 'china', basket_period_names()) }}
),

paired as (
    select
        figure.*,
        before.denominator_usd as before_usd,
        before.share as before_share,
        before.hhi as before_hhi,
        before.data_vintage as before_vintage,
        before.evidence_rank as before_rank,
        case
            {{ when_imports_unknown('figure') }}
            when before.basket_period_id is null then 'no year before with the same codes and source'
            when before.denominator_usd is null then 'the imports of the year before are not known in dollars'
            when before.denominator_usd <= 0 then 'the imports of the year before are zero'
        end as growth_reason
    from figure
    left join figure as before
        on {{ same('figure', 'before', [
            'basket_number', 'reporter', 'flow_basis', 'period_type', 'source', 'answered_codes', 'denominator_rank',
        ]) }}
        and before.period = cast({{ dbt.dateadd('year', -1, 'figure.period') }} as date)
)

select
    reporter,
    basket_id,
    basket_version,
    is_current_version,
    'value' as measure,
    flow_basis,
    period,
    period_type,
    cast(denominator_usd as {{ type_money() }}) as import_usd,
    {{ denominator_name('denominator_rank') }} as denominator,
    cast(case when growth_reason is null then before_usd end as {{ type_money() }}) as import_year_before_usd,
    case when growth_reason is null then round(
        cast(denominator_usd as {{ type_double() }}) / cast(before_usd as {{ type_double() }}) - 1, 12
    ) end as growth_year,
    growth_reason,
    'CHN' as partner_definition,
    share as china_share,
    case when growth_reason is null then before_share end as china_share_year_before,
    hhi,
    case when growth_reason is null then before_hhi end as hhi_year_before,
    cast(null as integer) as n_claims,
    cast(null as {{ dbt.type_string() }}) as companies_named,
    coverage_codes,
    cast(n_obs as integer) as n_obs,
    'derived' as method_status,
    source,
    currency,
    case when growth_reason is null and before_vintage > data_vintage then before_vintage else data_vintage end as data_vintage,
    {{ evidence_name('case when growth_reason is null and before_rank > evidence_rank then before_rank else evidence_rank end') }}
        as evidence
from paired
