-- The period a year before, where it may be compared: the same basket, reporter, flow, basis and kind of period, from the
-- same source and with exactly the same codes answered.
with told as (
    select basket.*, codes.answered_codes
    from {{ ref('stg_basket') }} as basket
    inner join {{ ref('stg_basket_codes') }} as codes on basket.basket_period_id = codes.basket_period_id
)

select told.basket_period_id, earlier.basket_period_id as before_id
from told
left join told as earlier
    on {{ same('told', 'earlier', ['basket_number', 'reporter', 'flow', 'flow_basis', 'period_type', 'source', 'answered_codes']) }}
    and earlier.period = cast({{ dbt.dateadd('month', -12, 'told.period') }} as date)
