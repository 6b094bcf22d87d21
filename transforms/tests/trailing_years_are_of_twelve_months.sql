-- A trailing year is of exactly twelve cells a code, of twelve different months of one source that end with its own.
select
    answer.reporter, answer.flow, answer.flow_basis, answer.level, answer.code, answer.period, count(*) as n_cells,
    count(distinct cell.period) as n_months
from {{ ref('stg_trade_answer') }} as answer
inner join {{ ref('stg_trade_cell') }} as cell on answer.cell_id = cell.cell_id
where answer.period_type = 'TTM'
group by answer.reporter, answer.flow, answer.flow_basis, answer.level, answer.code, answer.period
having count(*) <> 12
    or count(distinct cell.period) <> 12
    or count(distinct cell.source) <> 1
    or max(cell.period) <> answer.period
    or min(cell.period) <> cast({{ dbt.dateadd('month', -11, 'answer.period') }} as date)
    or min(cell.code) <> answer.code
    or max(cell.code) <> answer.code
    or min(cell.period_type) <> 'M'
    or max(cell.period_type) <> 'M'
