-- Which documents hold rows of which cell. Everything that needs no partner is worked out on this far smaller table.
select
    {{ cell_id('part', 'cell') }} as cell_id,
    {{ cell_columns('cell.') }},
    cell.document_id,
    document.document_order
from {{ source('lake', 'trade_cell_document') }} as cell
inner join {{ ref('stg_trade_part') }} as part
    on {{ same('cell', 'part', ['source', 'period']) }}
inner join {{ ref('stg_trade_document') }} as document on cell.document_id = document.document_id
where cell.relation = 'holds'
