-- Imports of all goods in twelve months, from monthly totals of one source; a total of only the partners asked for is none.
select
    answer.reporter,
    answer.flow_basis,
    answer.source,
    period_month.period,
    sum(cell.denominator_usd) as value_usd,
    max(cell.evidence_rank) as evidence_rank,
    max(cell.data_vintage) as data_vintage
from {{ ref('stg_trade_answer') }} as answer
inner join {{ ref('stg_trade_cell') }} as cell on answer.cell_id = cell.cell_id
inner join {{ ref('period_month') }} as period_month
    on answer.period = period_month.month and period_month.period_type = 'TTM'
where answer.flow = 'import' and answer.level = 'TOTAL' and answer.code = 'TOTAL' and answer.period_type = 'M'
group by answer.reporter, answer.flow_basis, answer.source, period_month.period
having count(cell.denominator_usd) = 12 and max(cell.denominator_rank) < 3
