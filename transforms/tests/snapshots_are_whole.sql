-- A snapshot that lost more than a fifth of its parties, or more than half of one of its lists, against the one before is a
-- fault of the source: read as it stands, it would end every restriction it lost. Blamed is the one of the two that came
-- later to us.
{% set whole_loss, list_loss, small_list = 0.2, 0.5, 10 %}
with counted as (
    select document_id, list_name, count(*) as parties
    from {{ source('lake', 'restricted_party') }}
    group by document_id, list_name
),

follows as (
    select
        earlier.document_id as earlier_id,
        later.document_id as later_id,
        earlier.parties as earlier_parties,
        later.parties as later_parties
    from {{ ref('restriction_snapshot') }} as earlier
    inner join {{ ref('restriction_snapshot') }} as later
        on earlier.source = later.source and earlier.snapshot + 1 = later.snapshot
),

lost as (
    select earlier_id, later_id, 'whole' as list_name, earlier_parties, later_parties
    from follows
    where later_parties < {{ 1 - whole_loss }} * earlier_parties
    union all
    select
        follows.earlier_id, follows.later_id, earlier.list_name, earlier.parties, coalesce(later.parties, 0)
    from follows
    inner join counted as earlier on follows.earlier_id = earlier.document_id
    left join counted as later
        on follows.later_id = later.document_id and earlier.list_name = later.list_name
    where earlier.parties >= {{ small_list }}
        and coalesce(later.parties, 0) < {{ 1 - list_loss }} * earlier.parties
)

select
    case when earlier.archived_at > later.archived_at then lost.earlier_id else lost.later_id end as document_id,
    lost.list_name,
    lost.earlier_parties,
    lost.later_parties
from lost
inner join {{ source('lake', 'document') }} as earlier on lost.earlier_id = earlier.document_id
inner join {{ source('lake', 'document') }} as later on lost.later_id = later.document_id
