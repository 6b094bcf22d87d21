-- The documents of the sources that gave figures of trade, in the order of each source's own: those of two never speak of one
-- cell, and what one source says leaves the numbers of the others as they are. Known by its rows: documents of other kinds
-- leave all that is made of trade as it was.
{{ config(meta={'known_by': 'rows', 'compared': true}) }}
select
    document.document_id,
    document.source,
    document.evidence,
    document.evidence_rank,
    document.vintage_at,
    dense_rank() over (order by document.source) * 1000000000
    + row_number() over (partition by document.source order by document.document_order) as document_order
from {{ ref('stg_document') }} as document
inner join (select distinct source from {{ source('lake', 'trade_cell_document') }}) as figures
    on document.source = figures.source
