-- The names of the cells in trade_monthly tell them apart: with one row a cell and partner, it has one a name and partner.
select cell.reporter, cell.code, cell.flow, cell.flow_basis, cell.period, count(*) as found
from {{ ref('stg_trade_cell') }} as cell
inner join (select distinct cell_id from {{ ref('stg_trade_month_partner') }}) as answer on cell.cell_id = answer.cell_id
group by cell.reporter, cell.code, cell.flow, cell.flow_basis, cell.period
having count(*) > 1
