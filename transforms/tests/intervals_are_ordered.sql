-- Direct, scaled and bound stand in order below one, all three or the direct alone.
select *
from {{ ref('exposure_interval') }}
where (bound_share is null) <> (firm_scaled_share is null)
    or (bound_share is not null and direct_share is null)
    or direct_share > firm_scaled_share
    or firm_scaled_share > bound_share
    or bound_share > 1.000000001
    or (bound_share is null and note is null)
