-- What each partner sent or took, a version of a basket and period; NULL where one of the codes that answer by the measure leaves
-- the partner unknown, and where none answers.
{{ config(meta={'grows': {
    'key': 'basket_period_id', 'over': 'stg_basket_answer', 'by': 'answer_id', 'after': 'stg_trade_period_partner',
}}) }}
with part as (
    select * from {{ ref('stg_basket_answer') }}
),

summed as (
    select
        part.basket_period_id,
        partner.partner,
        sum(partner.value_usd) as said_usd,
        count(partner.value_usd) as n_known_usd,
        sum(part.is_whole) as n_said_in_whole_usd
        {%- for m in physical() %},
        sum(case when part.answers_{{ m.end }} then partner.{{ m.amount }} end) as said_{{ m.end }},
        count(case when part.answers_{{ m.end }} then partner.{{ m.amount }} end) as n_known_{{ m.end }},
        sum(case when part.answers_{{ m.end }} then part.is_whole else 0 end) as n_said_in_whole_{{ m.end }}
        {%- endfor %}
    from part
    inner join {{ ref('stg_trade_period_partner') }} as partner on part.answer_id = partner.answer_id
    where part.n_codes_answered > 1
    group by part.basket_period_id, partner.partner
)

select
    summed.basket_period_id,
    summed.partner,
    {{ sum_if_known('usd', 'basket.n_whole_codes', 'basket.n_codes_answered', 'summed.n_said_in_whole_usd') }} as value_usd
    {%- for m in physical() %},
    case
        when basket.{{ 'n_codes_kg > 0' if m.end == 'kg' else 'quantity_unit is not null' }}
            then {{ sum_if_known(m.end, 'basket.n_whole_codes_' ~ m.end, 'basket.n_codes_' ~ m.end, 'summed.n_said_in_whole_' ~ m.end) }}
    end as {{ m.amount }}
    {%- endfor %}
from summed
left join {{ ref('country') }} as country_union
    on summed.partner = country_union.iso3 and country_union.kind = 'union'
inner join {{ ref('stg_basket') }} as basket on summed.basket_period_id = basket.basket_period_id
union all
select
    part.basket_period_id,
    partner.partner,
    partner.value_usd
    {%- for m in physical() %},
    case when part.answers_{{ m.end }} then partner.{{ m.amount }} end
    {%- endfor %}
from part
inner join {{ ref('stg_trade_period_partner') }} as partner on part.answer_id = partner.answer_id
where part.n_codes_answered = 1
