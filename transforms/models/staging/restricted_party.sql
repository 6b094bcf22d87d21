-- Every version of every party of the Consolidated Screening List with the time it stood there. The list states no key
-- and publishes no changes: a party is its list and entry id (or name), and what changed is what two whole snapshots
-- that follow each other do not share. Ids that are made from an entry's content change with it: an entry's own history
-- is in staging.restriction, which goes by names. Snapshots are wide and mostly the same: they are compared by digests.
{% set payload = [
    'entity_number', 'party_type', 'programs', 'name', 'alt_names', 'addresses', 'federal_register_notice', 'start_date',
    'end_date', 'license_requirement', 'license_policy', 'remarks', 'list_url', 'information_url'
] %}
with given as (
    select
        snapshot.source,
        snapshot.snapshot,
        {{ digest(['party.list_name', 'coalesce(party.entry_id, party.name)']) }} as party_key,
        {{ digest(payload) }} as payload_key,
        party.row_number
    from {{ source('lake', 'restricted_party') }} as party
    inner join {{ ref('restriction_snapshot') }} as snapshot on party.document_id = snapshot.document_id
),

-- rows of one key that say the same are one, others are versions side by side
told as (
    select source, snapshot, party_key, payload_key, min(row_number) as row_number
    from given
    group by source, snapshot, party_key, payload_key
),

first_told as (
    select
        told.*,
        row_number() over (
            partition by told.source, told.party_key, told.payload_key order by told.snapshot
        ) as run
    from told
    left join told as earlier
        on {{ same('told', 'earlier', ['source', 'party_key', 'payload_key']) }}
        and told.snapshot = earlier.snapshot + 1
    where earlier.snapshot is null
),

last_told as (
    select
        told.source, told.party_key, told.payload_key, told.snapshot,
        row_number() over (
            partition by told.source, told.party_key, told.payload_key order by told.snapshot
        ) as run
    from told
    left join told as later
        on {{ same('told', 'later', ['source', 'party_key', 'payload_key']) }}
        and told.snapshot = later.snapshot - 1
    where later.snapshot is null
),

turn as (
    select
        first_told.*,
        last_told.snapshot as last_snapshot,
        row_number() over (
            partition by first_told.source, first_told.party_key, first_told.snapshot
            order by first_told.payload_key
        ) as place
    from first_told
    inner join last_told on {{ same('first_told', 'last_told', ['source', 'party_key', 'payload_key', 'run']) }}
),

changed as (
    select source, party_key, snapshot from turn group by source, party_key, snapshot
)

select
    turn.source,
    party.list_name,
    coalesce(party.entry_id, party.name) as party_id,
    cast(turn.place as integer) as place,
    party.entry_id,
    {% for name in payload %}party.{{ name }}, {% endfor %}
    turn.snapshot as first_snapshot,
    turn.last_snapshot,
    began.known_from,
    ended.known_from as known_to,
    ended.snapshot is not null and changed.snapshot is null as withdrawn,
    began.document_id,
    began.evidence
from turn
inner join {{ ref('restriction_snapshot') }} as began
    on turn.source = began.source and turn.snapshot = began.snapshot
inner join {{ source('lake', 'restricted_party') }} as party
    on began.document_id = party.document_id and turn.row_number = party.row_number
left join {{ ref('restriction_snapshot') }} as ended
    on turn.source = ended.source and turn.last_snapshot + 1 = ended.snapshot
left join changed
    on turn.source = changed.source
    and turn.party_key = changed.party_key
    and turn.last_snapshot + 1 = changed.snapshot
