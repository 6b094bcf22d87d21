-- The snapshots of the Consolidated Screening List that were read, in their order: each is the whole list.
with counted as (
    select document_id, count(*) as parties
    from {{ source('lake', 'restricted_party') }}
    group by document_id
),

placed as (
    select
        document.source,
        document.document_id,
        document.document_order,
        document.vintage_at,
        document.evidence,
        counted.parties,
        row_number() over (partition by document.source order by document.document_order) as snapshot
    from counted
    inner join {{ ref('stg_document') }} as document on counted.document_id = document.document_id
)

select
    source,
    cast(snapshot as integer) as snapshot,
    document_id,
    document_order,
    parties,
    vintage_at as known_from,
    lead(vintage_at) over by_source as known_to,
    evidence,
    lead(document_id) over by_source is null as newest
from placed
window by_source as (partition by source order by snapshot)
