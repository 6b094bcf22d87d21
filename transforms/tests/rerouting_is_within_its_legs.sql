-- A bound is never above either leg, never without both, and told of no code with more than six digits.
select reporter, connector, partner_definition, basket_id, side, level, period, period_type
from {{ ref('rerouting') }}
where upper_bound_usd > import_usd
    or upper_bound_usd > export_usd
    or (upper_bound_usd is null) <> (n_codes_both = 0)
    or (upper_bound_share is null and note is null)
    or level not in {{ shared_levels() }}
    or period_type not in {{ passing_periods() }}
