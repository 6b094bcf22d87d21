-- Dollars are of value alone, weight is in kilograms, and an amount without a unit is none.
select reporter, basket_id, basket_version, measure, flow_basis, partner_definition, period, period_type, unit, import_amount
from {{ ref('exposure') }}
where (measure = 'value' and (unit is distinct from 'USD' or import_usd is distinct from import_amount or exposed_usd is distinct from exposed_amount))
    or (measure <> 'value' and (import_usd is not null or exposed_usd is not null))
    or (measure = 'weight' and unit is distinct from 'kg')
    or (unit is null and (import_amount is not null or exposed_amount is not null))
    or (share is null) <> (note is not null)
