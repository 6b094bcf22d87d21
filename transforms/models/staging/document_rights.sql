-- Whose words a document holds, and whether they may be released: by the rights as they are now, never as they were.
-- By the same rule the lake gives no words that may not be (warehouse/build.py); models need not ask again.
select
    document.document_id,
    case when {{ json_text('document.scope', 'feed') }} is null then 'source' else 'feed' end as subject_kind,
    coalesce({{ json_text('document.scope', 'feed') }}, document.source) as subject,
    coalesce(rights.text_use, 'none') as text_use
from {{ source('lake', 'document') }} as document
left join {{ source('lake', 'rights') }} as rights on {{ rights_of('document') }}
