-- Which codes of a basket answered in a period, as one value: figures of two periods are compared only where it is the same.
select
    basket.basket_period_id,
    {{ dbt.hash("string_agg(period.code, ',' order by period.code)") }} as answered_codes
from {{ ref('stg_basket') }} as basket
{{ joined_answers('basket') }}
group by basket.basket_period_id
