-- What of a basket's trade has no partner with a figure of its own: the total less the partners of known name.
with listed as (
    select basket_period_id, sum(value_usd) as listed_usd
    from {{ ref('stg_basket_partner') }}
    where partner in (select iso3 from {{ ref('country') }})
    group by basket_period_id
)

select
    basket.basket_period_id,
    basket.denominator_usd - coalesce(listed.listed_usd, 0) as value_usd
from {{ ref('stg_basket') }} as basket
left join listed on basket.basket_period_id = listed.basket_period_id
where basket.denominator_usd <> coalesce(listed.listed_usd, 0)
