{{ config(alias='document') }}
select
    document_id, source, url, method, status, content_type, bytes, sha256, scope, via, evidence, origin, released_at,
    retrieved_at, coalesce(released_at, retrieved_at) as vintage_at, archived_at, parser_version, outcome, reason,
    rows as row_count, new_columns
from {{ source('lake', 'document') }}
