-- One source, currency and kind of total answers in a month; one source and one way answers for a code in a period.
select cell.reporter, cell.flow, cell.flow_basis, cell.code, cell.period, 'M' as period_type
from {{ ref('stg_trade_cell') }} as cell
inner join (select distinct cell_id from {{ ref('stg_trade_month_partner') }}) as told on cell.cell_id = told.cell_id
group by cell.reporter, cell.flow, cell.flow_basis, cell.code, cell.period
having count(distinct cell.source) > 1
    or count(distinct cell.currency) > 1
    or count(distinct cell.denominator_rank) > 1
    or count(distinct cell.denominator_usd) > 1
union all
select reporter, flow, flow_basis, level || ' ' || code, period, period_type
from {{ ref('stg_trade_answer') }}
group by reporter, flow, flow_basis, level || ' ' || code, period, period_type
having count(distinct source) > 1 or count(distinct method) > 1 or count(*) > count(distinct cell_id)
