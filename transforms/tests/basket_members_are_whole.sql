-- Every basket has members of its own level and version, and every member a basket.
select coalesce(basket.basket_id, member.basket_id) as basket_id, member.code
from {{ ref('basket') }} as basket
full outer join {{ ref('basket_member') }} as member
    on basket.basket_id = member.basket_id
    and basket.version = member.version
    and basket.level = member.level
where basket.basket_id is null or member.basket_id is null
