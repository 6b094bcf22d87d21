-- What is asked of the documents of news, and no more: their times, their order among themselves, and whether their words may be
-- used. Known by its rows: documents of other kinds leave all that is made of articles as it was.
{{ config(meta={'known_by': 'rows'}) }}
select
    document.document_id,
    document.retrieved_at,
    document.vintage_at,
    row_number() over (order by document.document_order) as document_order,
    rights.text_use
from {{ ref('stg_document') }} as document
inner join {{ ref('document_rights') }} as rights on document.document_id = rights.document_id
where document.source = 'news'
