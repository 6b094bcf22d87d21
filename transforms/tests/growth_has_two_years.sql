-- A growth is told with both of its years, or a reason with neither.
select reporter, basket_id, basket_version, flow_basis, period, period_type, growth_year, growth_reason
from {{ ref('country_buildout') }}
where (growth_year is null) <> (growth_reason is not null)
    or (growth_year is null) <> (import_year_before_usd is null)
    or abs((1 + growth_year) * import_year_before_usd - import_usd) > 0.02 + 0.000000001 * import_usd
