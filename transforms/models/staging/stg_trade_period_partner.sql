-- What each partner sent or took, a code and period. A partner absent from a month is zero where the month's answer lists all
-- partners or named this one, and unknown otherwise; one unknown month makes the period NULL. A union is never zero by
-- absence: an answer that lists all partners gives it in its members.
-- By the answer's number: its names would be hashed for every row.
with answer as (
    select
        period.answer_id, answer.cell_id, period.n_cells, period.quantity_unit,
        cell.all_partners, cell.standing_group, cell.country_codes
    from {{ ref('stg_trade_answer') }} as answer
    inner join {{ ref('stg_trade_cell') }} as cell on answer.cell_id = cell.cell_id
    inner join {{ ref('stg_trade_period') }} as period
        on {{ same('answer', 'period', ['reporter', 'flow', 'flow_basis', 'level', 'code', 'period', 'period_type']) }}
),

latest as (
    select latest.*
    from {{ ref('stg_trade_latest') }} as latest
    inner join (select distinct cell_id from answer) as wanted on latest.cell_id = wanted.cell_id
),

-- named by a complete request and not in its answer: zero
named_absent as (
    select distinct wanted.cell_id, code.partner
    from (select distinct cell_id, country_codes, standing_group, all_partners from answer) as wanted
    inner join {{ ref('stg_trade_scope') }} as scope on wanted.cell_id = scope.cell_id
    inner join {{ ref('stg_partner_code') }} as code
        on wanted.country_codes = code.country_codes and scope.partner_code = code.code
    left join latest
        on scope.cell_id = latest.cell_id and scope.partner_code = latest.partner_code
    left join {{ ref('country_group') }} as inside
        on wanted.standing_group = inside.country_group and code.partner = inside.iso3
    where not wanted.all_partners
        and code.kind = 'country'
        and code.partner is not null
        and latest.cell_id is null
        and inside.iso3 is null
),

said as (
    select
        cell_id,
        coalesce(partner, country_codes || ':' || partner_code) as partner,
        sum(value_usd) as value_usd,
        min(case when value_usd is null then 0 else 1 end) as is_known_usd
        {%- for m in physical() %},
        sum({{ m.amount }}) as {{ m.amount }},
        min(case when {{ m.amount }} is null then 0 else 1 end) as is_known_{{ m.end }}
        {%- endfor %}
    from latest
    where partner_role = 'partner'
    group by cell_id, coalesce(partner, country_codes || ':' || partner_code)
    union all
    select named_absent.cell_id, named_absent.partner{% for m in measures() %}, 0, 1{% endfor %}
    from named_absent
    left join latest
        on named_absent.cell_id = latest.cell_id
        and named_absent.partner = latest.partner
        and latest.partner_role = 'partner'
    where latest.cell_id is null
),

summed as (
    select
        answer.answer_id,
        said.partner,
        {%- for m in measures() %}
        sum(said.{{ m.amount }}) as said_{{ m.end }},
        sum(said.is_known_{{ m.end }}) as n_known_{{ m.end }},
        {%- endfor %}
        sum(case when answer.all_partners then 1 else 0 end) as n_said_in_whole
    from answer
    inner join said on answer.cell_id = said.cell_id
    where answer.n_cells > 1
    group by answer.answer_id, said.partner
)

select
    summed.answer_id,
    summed.partner
    {%- for m in measures() %},
    {{ sum_if_known(m.end, 'period.n_whole_cells', 'period.n_cells', unit='period.quantity_unit' if m.end == 'quantity') }} as {{ m.amount }}
    {%- endfor %}
from summed
left join {{ ref('country') }} as country_union
    on summed.partner = country_union.iso3 and country_union.kind = 'union'
inner join {{ ref('stg_trade_period') }} as period on summed.answer_id = period.answer_id
union all
select
    answer.answer_id,
    said.partner
    {%- for m in measures() %},
    case when said.is_known_{{ m.end }} = 1 {{ 'and answer.quantity_unit is not null' if m.end == 'quantity' }} then said.{{ m.amount }} end
    {%- endfor %}
from answer
inner join said on answer.cell_id = said.cell_id
where answer.n_cells = 1
