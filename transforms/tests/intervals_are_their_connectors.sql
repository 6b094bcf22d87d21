-- What the bound adds to the direct share is what its connectors add, and the scaled share k of that.
with connector as (
    select basket_period_id, partner_definition, side, sum(added_share) as added_share
    from {{ ref('stg_interval_connector') }}
    group by basket_period_id, partner_definition, side
)

select interval_row.*
from {{ ref('exposure_interval') }} as interval_row
inner join {{ ref('stg_basket') }} as basket
    on {{ same('interval_row', 'basket', basket_period_names()) }} and basket.flow = 'import'
inner join connector
    on basket.basket_period_id = connector.basket_period_id
    and interval_row.partner_definition = connector.partner_definition
    and interval_row.side = connector.side
where abs(interval_row.bound_share - interval_row.direct_share - connector.added_share) > 0.000000001
    or abs(interval_row.firm_scaled_share - interval_row.direct_share - interval_row.k * connector.added_share) > 0.000000001
