-- The documents of the sources that gave figures of trade, in their order among themselves. Known by its rows: documents of
-- other kinds leave all that is made of trade as it was.
{{ config(meta={'known_by': 'rows'}) }}
select
    document.document_id,
    document.source,
    document.evidence,
    document.evidence_rank,
    document.vintage_at,
    row_number() over (order by document.document_order) as document_order
from {{ ref('stg_document') }} as document
inner join (select distinct source from {{ source('lake', 'trade_cell_document') }}) as figures
    on document.source = figures.source
