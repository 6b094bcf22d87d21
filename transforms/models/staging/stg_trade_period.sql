-- One row an answer: imports or exports of a basket code in a period, with its total and how whole it is (that of its weakest month).
select
    {{ period_id('answer', ['reporter', 'flow', 'flow_basis', 'level', 'code']) }} as answer_id,
    answer.reporter,
    answer.flow,
    answer.flow_basis,
    answer.level,
    answer.code,
    answer.period,
    answer.period_type,
    answer.source,
    answer.method,
    count(*) as n_cells,
    cast(sum(case when cell.all_partners then 1 else 0 end) as {{ dbt.type_bigint() }}) as n_whole_cells,
    min(case when cell.partners_given then 1 else 0 end) = 1 as partners_given,
    max(cell.denominator_rank) as denominator_rank,
    case when count(cell.denominator_usd) = count(*) then sum(cell.denominator_usd) end as denominator_usd,
    {%- for m in physical() %}
    min(case when cell.partners_given_{{ m.end }} then 1 else 0 end) = 1 as partners_given_{{ m.end }},
    max(cell.denominator_rank_{{ m.end }}) as denominator_rank_{{ m.end }},
    {%- endfor %}
    case when count(cell.denominator_kg) = count(*) then sum(cell.denominator_kg) end as denominator_kg,
    case when {{ one_unit('cell.quantity_unit') }} and count(cell.denominator_quantity) = count(*) then sum(cell.denominator_quantity) end
        as denominator_quantity,
    case when {{ one_unit('cell.quantity_unit') }} then min(cell.quantity_unit) end as quantity_unit,
    string_agg(distinct cell.currency, '+' order by cell.currency) as currency,
    max(cell.evidence_rank) as evidence_rank,
    max(cell.data_vintage) as data_vintage
from {{ ref('stg_trade_answer') }} as answer
inner join {{ ref('stg_trade_cell') }} as cell on answer.cell_id = cell.cell_id
inner join (select distinct level, code from {{ ref('basket_member') }}) as member
    on answer.level = member.level and answer.code = member.code
group by
    answer.reporter, answer.flow, answer.flow_basis, answer.level, answer.code, answer.period, answer.period_type,
    answer.source, answer.method
