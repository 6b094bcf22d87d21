{{ config(alias='document') }}
select
    document.document_id, document.source, document.url, document.method, document.status, document.content_type,
    document.bytes, document.sha256, document.scope, document.via, document.evidence, document.origin,
    document.released_at, document.retrieved_at, coalesce(document.released_at, document.retrieved_at) as vintage_at,
    document.archived_at, document.parser_version, document.outcome, {{ allowed_reason('document.reason') }} as reason,
    document.rows as row_count, document.new_columns
from {{ source('lake', 'document') }} as document
inner join {{ ref('document_rights') }} as rights on document.document_id = rights.document_id
