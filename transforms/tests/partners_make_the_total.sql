-- Partners and the rest add up to the total of the cell that answers, to the cent.
select cell.cell_id, cell.denominator_usd, sum(monthly.value_usd) as added_usd
from {{ ref('trade_monthly') }} as monthly
inner join {{ ref('stg_trade_cell') }} as cell
    on monthly.source = cell.source
    and monthly.reporter = cell.reporter
    and monthly.flow = cell.flow
    and monthly.flow_basis = cell.flow_basis
    and monthly.hs6 = cell.code
    and monthly.month = cell.period
where cell.level = 'HS6' and cell.period_type = 'M' and cell.denominator_usd is not null
group by cell.cell_id, cell.denominator_usd
having sum(monthly.value_usd) <> cell.denominator_usd
