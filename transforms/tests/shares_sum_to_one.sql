-- Where shares are told, those of all partners and the rest make the whole, by every measure.
select measure, {{ basket_period_columns() }}, sum(cast(share as decimal(24, 12))) as total
from {{ ref('import_share') }}
group by measure, {{ basket_period_columns() }}
having count(share) > 0 and abs(sum(cast(share as decimal(24, 12))) - 1) > 0.000000001
