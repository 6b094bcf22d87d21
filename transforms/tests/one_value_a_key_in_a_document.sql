-- A document that says two things of the same cell and partner cannot be read as either.
select document_id, cell_id, partner_code
from {{ ref('stg_trade_flow') }}
where document_id = until_document_id
