{{ config(severity='warn') }}
-- Units that the seed does not have: their quantities are kept, are of no measure, and are reported here.
select stated.unit, count(*) as found
from (
    select unit_1 as unit from {{ ref('stg_trade_flow') }} where unit_1 is not null and known_to is null
    union all
    select unit_2 from {{ ref('stg_trade_flow') }} where unit_2 is not null and known_to is null
) as stated
left join {{ ref('unit') }} as known on stated.unit = known.unit
where known.unit is null
group by stated.unit
