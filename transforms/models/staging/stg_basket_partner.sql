-- What each partner sent or took, a version of a basket and period; NULL where one of the answered codes leaves the partner unknown.
with part as (
    select
        basket.basket_period_id,
        period.answer_id,
        basket.n_codes_answered,
        case when period.n_whole_cells = period.n_cells then 1 else 0 end as is_whole
    from {{ ref('stg_basket') }} as basket
    inner join {{ ref('basket_member') }} as member
        on basket.basket_id = member.basket_id and basket.basket_version = member.version
    inner join {{ ref('stg_trade_period') }} as period
        on member.level = period.level and member.code = period.code
        and {{ same('basket', 'period', ['reporter', 'flow', 'flow_basis', 'period', 'period_type']) }}
),

summed as (
    select
        part.basket_period_id,
        partner.partner,
        sum(partner.value_usd) as said_usd,
        count(partner.value_usd) as n_known,
        sum(part.is_whole) as n_said_in_whole
    from part
    inner join {{ ref('stg_trade_period_partner') }} as partner on part.answer_id = partner.answer_id
    where part.n_codes_answered > 1
    group by part.basket_period_id, partner.partner
)

select
    summed.basket_period_id,
    summed.partner,
    {{ sum_if_known('basket.n_whole_codes', 'basket.n_codes_answered') }} as value_usd
from summed
left join {{ ref('country') }} as country_union
    on summed.partner = country_union.iso3 and country_union.kind = 'union'
inner join {{ ref('stg_basket') }} as basket on summed.basket_period_id = basket.basket_period_id
union all
select part.basket_period_id, partner.partner, partner.value_usd
from part
inner join {{ ref('stg_trade_period_partner') }} as partner on part.answer_id = partner.answer_id
where part.n_codes_answered = 1
