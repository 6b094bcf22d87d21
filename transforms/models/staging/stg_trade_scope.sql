-- Which documents speak for a cell, whether or not they hold a row of it: for every partner (partner_code NULL) or for
-- the partners their request named. Only complete answers speak; an empty answer (204) never does.
select
    {{ cell_id('part', 'cell') }} as cell_id,
    cell.partner_code,
    document.document_order
from {{ source('lake', 'trade_cell_document') }} as cell
inner join {{ ref('stg_trade_part') }} as part
    on {{ same('cell', 'part', ['source', 'period']) }}
inner join {{ ref('stg_trade_document') }} as document on cell.document_id = document.document_id
where cell.relation = 'speaks'
