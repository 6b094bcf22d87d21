-- A wider basket never holds less: the current versions of the band.
with band as (
    select
        reporter, flow_basis, partner_definition, period, period_type,
        max(case when basket_id = 'dc_core' then import_usd end) as core_usd,
        max(case when basket_id = 'dc_broad' then import_usd end) as broad_usd,
        max(case when basket_id = 'dc_wide' then import_usd end) as wide_usd,
        max(case when basket_id = 'dc_core' then exposed_usd end) as core_exposed_usd,
        max(case when basket_id = 'dc_broad' then exposed_usd end) as broad_exposed_usd,
        max(case when basket_id = 'dc_wide' then exposed_usd end) as wide_exposed_usd
    from {{ ref('exposure') }}
    where is_current_version and measure = 'value'
    group by reporter, flow_basis, partner_definition, period, period_type
)

select *
from band
where core_usd > broad_usd or broad_usd > wide_usd
    or core_exposed_usd > broad_exposed_usd or broad_exposed_usd > wide_exposed_usd
