-- Where shares are told, those of all partners and the rest make the whole.
select reporter, basket_id, flow_basis, period, period_type, sum(cast(share as decimal(24, 12))) as total
from {{ ref('import_share') }}
group by reporter, basket_id, flow_basis, period, period_type
having count(share) > 0 and abs(sum(cast(share as decimal(24, 12))) - 1) > 0.000000001
