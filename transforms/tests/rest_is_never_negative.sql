-- A world row smaller than its partners: the documents of the cell contradict each other.
select distinct document.document_id, cell.cell_id, cell.denominator_usd, cell.known_partners_usd
from {{ ref('stg_trade_cell') }} as cell
inner join {{ ref('stg_trade_latest') }} as latest on cell.cell_id = latest.cell_id
inner join {{ ref('stg_trade_document') }} as document on latest.document_order = document.document_order
where cell.denominator_usd < cell.known_partners_usd
