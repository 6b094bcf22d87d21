-- What each partner sent or took, a code and period. A partner absent from a month is zero where the month's answer lists all
-- partners or named this one, and unknown otherwise; one unknown month makes the period NULL. A union is never zero by
-- absence: an answer that lists all partners gives it in its members.
-- A period of several months is the running sum at its last month less that before its first: a month is read once, and not once a
-- period it is in. The months of a series (a source's cells of one code) have places; those of a period follow each other.
{{ config(meta={'grows': {'key': 'answer_id', 'over': 'stg_trade_period_cell', 'by': 'cell_id'}}) }}
with answer as (
    select * from {{ ref('stg_trade_period_cell') }}
),

latest as (
    select latest.*
    from {{ ref('stg_trade_latest') }} as latest
    inner join (select distinct cell_id from answer) as wanted on latest.cell_id = wanted.cell_id
),

-- named by a complete request and not in its answer: zero
named_absent as (
    select distinct wanted.cell_id, code.partner
    from (select distinct cell_id, country_codes, standing_group, all_partners, cell_period from answer) as wanted
    inner join {{ ref('stg_trade_scope') }} as scope on wanted.cell_id = scope.cell_id
    inner join {{ ref('stg_partner_code') }} as code
        on wanted.country_codes = code.country_codes and scope.partner_code = code.code
    left join latest
        on scope.cell_id = latest.cell_id and scope.partner_code = latest.partner_code
    left join {{ ref('country_group') }} as inside
        on wanted.standing_group = inside.country_group
        and code.partner = inside.iso3
        and wanted.cell_period >= inside.valid_from
        and (inside.valid_until is null or wanted.cell_period <= inside.valid_until)
    where not wanted.all_partners
        and code.kind = 'country'
        and code.partner is not null
        and latest.cell_id is null
        and inside.iso3 is null
),

said as (
    select
        cell_id,
        coalesce(partner, country_codes || ':' || partner_code) as partner
        {%- for m in measures() %},
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

month as (
    select
        cell.cell_id,
        case when cell.all_partners then 1 else 0 end as is_whole,
        dense_rank() over (order by cell.source, cell.reporter, cell.flow, cell.flow_basis, cell.level, cell.code) as series_id,
        row_number() over (
            partition by cell.source, cell.reporter, cell.flow, cell.flow_basis, cell.level, cell.code order by cell.period
        ) as place
    from {{ ref('stg_trade_cell') }} as cell
    inner join (select distinct cell_id from answer where n_cells > 1) as wanted on cell.cell_id = wanted.cell_id
),

span as (
    select answer.answer_id, month.series_id, min(month.place) - 1 as place_before, max(month.place) as last_place
    from answer
    inner join month on answer.cell_id = month.cell_id
    where answer.n_cells > 1
    group by answer.answer_id, month.series_id
),

told as (
    select month.series_id, month.place, month.is_whole, said.*
    from said
    inner join month on said.cell_id = month.cell_id
),

-- a partner counts in a period that ends up to eleven months after it was last told of
stretch as (
    select
        series_id, partner, min(place) as first_place, max(place) + 11 as last_place,
        row_number() over (order by series_id, partner) as pair_id
    from told
    group by series_id, partner
),

running as (
    select
        stretch.pair_id, stretch.series_id, month.place, stretch.partner
        {%- for m in measures() %},
        sum(told.{{ m.amount }}) over so_far as said_{{ m.end }},
        cast(sum(told.is_known_{{ m.end }}) over so_far as integer) as n_known_{{ m.end }}
        {%- endfor %},
        cast(sum(told.is_whole) over so_far as integer) as n_said_in_whole,
        cast(count(told.place) over so_far as integer) as n_said
    from stretch
    inner join month
        on stretch.series_id = month.series_id and month.place between stretch.first_place and stretch.last_place
    left join told
        on stretch.series_id = told.series_id and stretch.partner = told.partner and month.place = told.place
    window so_far as (partition by stretch.pair_id order by month.place rows between unbounded preceding and current row)
),

summed as (
    select
        span.answer_id,
        running.partner
        {%- for m in measures() %},
        coalesce(running.said_{{ m.end }}, 0) - coalesce(before.said_{{ m.end }}, 0) as said_{{ m.end }},
        coalesce(running.n_known_{{ m.end }}, 0) - coalesce(before.n_known_{{ m.end }}, 0) as n_known_{{ m.end }}
        {%- endfor %},
        running.n_said_in_whole - coalesce(before.n_said_in_whole, 0) as n_said_in_whole
    from running
    inner join span on running.series_id = span.series_id and running.place = span.last_place
    left join running as before on running.pair_id = before.pair_id and span.place_before = before.place
    where running.n_said > coalesce(before.n_said, 0)
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
