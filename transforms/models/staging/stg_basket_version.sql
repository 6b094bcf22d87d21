-- The versions of every basket. All of them have rows in the marts; the highest is the current one.
with numbered as (
    select
        basket_id, version,
        {%- for part in ['major', 'minor', 'patch'] %}
        cast({{ dbt.split_part('version', "'.'", loop.index) }} as integer) as {{ part }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('basket') }}
),

ranked as (
    select
        basket_id, version,
        row_number() over (partition by basket_id order by major desc, minor desc, patch desc) as place
    from numbered
)

select
    row_number() over (order by ranked.basket_id, ranked.place) as basket_number,
    ranked.basket_id,
    ranked.version as basket_version,
    ranked.place = 1 as is_current_version,
    count(*) as n_codes
from ranked
inner join {{ ref('basket_member') }} as member
    on ranked.basket_id = member.basket_id and ranked.version = member.version
group by ranked.basket_id, ranked.version, ranked.place
