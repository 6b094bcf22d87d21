-- Partners and the rest add up to the total of the cell that answers, to the cent.
select cell.cell_id, cell.denominator_usd, partner.added_usd
from (
    select cell_id, sum(value_usd) as added_usd from {{ ref('stg_trade_month_partner') }} group by cell_id
) as partner
inner join {{ ref('stg_trade_cell') }} as cell on partner.cell_id = cell.cell_id
where partner.added_usd <> cell.denominator_usd
