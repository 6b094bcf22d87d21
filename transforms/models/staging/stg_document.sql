-- Documents that gave rows, in the order in which what they say became known: a total order that does not depend on
-- when they arrived here.
select
    document_id,
    source,
    url,
    status,
    via,
    evidence,
    {{ evidence_rank('evidence') }} as evidence_rank,
    released_at,
    retrieved_at,
    coalesce(released_at, retrieved_at) as vintage_at,
    row_number() over (
        order by coalesce(released_at, retrieved_at), retrieved_at, document_id
    ) as document_order
from {{ source('lake', 'document') }}
where outcome = 'parsed'
