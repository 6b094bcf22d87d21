{{ config(severity='warn') }}
-- A cell with figures in two currencies answers nothing: bring its files in one of them. Named are the documents in another
-- currency than the oldest one that is still an answer.
with latest as (
    select
        latest.cell_id, latest.currency, latest.document_order,
        first_value(latest.currency) over (
            partition by latest.cell_id order by latest.document_order, latest.partner_code
        ) as first_currency
    from {{ ref('stg_trade_latest') }} as latest
    inner join {{ ref('stg_trade_cell') }} as cell on latest.cell_id = cell.cell_id
    where cell.several_currencies
)

select distinct latest.cell_id, latest.currency, latest.first_currency, document.document_id
from latest
inner join {{ ref('stg_trade_document') }} as document on latest.document_order = document.document_order
where latest.currency <> latest.first_currency
