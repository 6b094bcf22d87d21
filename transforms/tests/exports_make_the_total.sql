-- The partners and the rest of an exporter's own figures make its total; their shares make one.
select reporter, basket_id, basket_version, flow_basis, period, period_type, sum(value_usd) as added_usd, max(total_usd) as total_usd
from {{ ref('export') }}
where side = 'own'
group by reporter, basket_id, basket_version, flow_basis, period, period_type
having (count(value_usd) = count(*) and sum(value_usd) <> max(total_usd))
    or (count(share) > 0 and abs(sum(cast(share as decimal(24, 12))) - 1) > 0.000000001)
