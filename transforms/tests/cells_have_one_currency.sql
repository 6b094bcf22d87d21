{{ config(severity='warn') }}
-- A cell with figures in two currencies answers nothing: bring its files in one of them. Named are the documents in another
-- currency than the oldest one that is still an answer.
with latest as (
    select cell_id, currency, document_order,
        first_value(currency) over (partition by cell_id order by document_order, partner_code) as first_currency
    from {{ ref('stg_trade_latest') }}
)

select distinct latest.cell_id, latest.currency, latest.first_currency, document.document_id
from latest
inner join {{ ref('stg_document') }} as document on latest.document_order = document.document_order
where latest.currency <> latest.first_currency
