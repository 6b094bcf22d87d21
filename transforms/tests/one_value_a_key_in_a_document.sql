-- A document that says two things of the same cell and partner cannot be read as either.
select document.document_id, flow.cell_id, flow.partner_code
from {{ ref('stg_trade_flow') }} as flow
inner join {{ ref('stg_trade_document') }} as document on flow.document_order = document.document_order
where flow.document_order = flow.until_order
