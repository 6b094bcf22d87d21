-- What of a basket's trade has no partner with a figure of its own: the total less the partners of known name.
with listed as (
    select
        basket_period_id
        {%- for m in measures() %},
        sum({{ m.amount }}) as listed_{{ m.end }}
        {%- endfor %}
    from {{ ref('stg_basket_partner') }}
    where partner in (select iso3 from {{ ref('country') }})
    group by basket_period_id
),

rest as (
    select
        basket.basket_period_id
        {%- for m in measures() %},
        nullif(basket.denominator_{{ m.end }} - coalesce(listed.listed_{{ m.end }}, 0), 0) as {{ m.amount }}
        {%- endfor %}
    from {{ ref('stg_basket') }} as basket
    left join listed on basket.basket_period_id = listed.basket_period_id
)

select *
from rest
where {% for m in measures() %}{{ m.amount }} is not null{{ ' or ' if not loop.last }}{% endfor %}
