-- What each partner sent, a version of a basket and period; NULL where one of the answered codes leaves the partner unknown.
-- Summed by the version's number: the two names would be hashed for every row.
with summed as (
    select
        basket.basket_number,
        partner.reporter,
        partner.flow_basis,
        partner.period,
        partner.period_type,
        partner.partner,
        sum(partner.value_usd) as said_usd,
        count(partner.value_usd) as n_known,
        sum(case when period.n_whole_cells = period.n_cells then 1 else 0 end) as n_said_in_whole
    from {{ ref('stg_basket_version') }} as basket
    inner join {{ ref('basket_member') }} as member
        on basket.basket_id = member.basket_id and basket.basket_version = member.version
    inner join {{ ref('stg_trade_period_partner') }} as partner
        on member.level = partner.level and member.code = partner.code
    inner join {{ ref('stg_trade_period') }} as period
        on {{ same('partner', 'period', ['reporter', 'flow_basis', 'level', 'code', 'period', 'period_type']) }}
    group by
        basket.basket_number, partner.reporter, partner.flow_basis, partner.period, partner.period_type,
        partner.partner
)

select
    basket.basket_id,
    basket.basket_version,
    summed.reporter,
    summed.flow_basis,
    summed.period,
    summed.period_type,
    summed.partner,
    {{ sum_if_known('basket.n_whole_codes', 'basket.n_codes_answered') }} as value_usd
from summed
left join {{ ref('country') }} as country_union
    on summed.partner = country_union.iso3 and country_union.kind = 'union'
inner join {{ ref('stg_basket') }} as basket
    on {{ same('summed', 'basket', ['basket_number', 'reporter', 'flow_basis', 'period', 'period_type']) }}
