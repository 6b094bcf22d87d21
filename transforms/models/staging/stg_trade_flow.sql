-- Every observation of every key (cell and partner) with the time from which, and to which, it was the answer.
-- An observation is a document's payload; equal payloads that follow each other are one. It ends at the next different
-- payload, or where a document that speaks for the key no longer has it (withdrawn). Rows are narrow: what names a cell
-- stands in stg_trade_seen.
with fact as (
    select
        seen.cell_id,
        seen.document_order,
        seen.period,
        flow.row_number,
        flow.partner_code,
        flow.partner_kind,
        flow.country_codes,
        {% for name in payload_columns() %}flow.{{ name }}{{ ', ' if not loop.last }}{% endfor %}
    from {{ source('lake', 'trade_flow') }} as flow
    inner join {{ ref('stg_trade_seen') }} as seen
        on flow.document_id = seen.document_id
        and {{ same('flow', 'seen', cell_names()[1:]) }}
),

-- the next document that speaks for every partner of the cell
next_whole as (
    select seen.cell_id, seen.document_order, min(scope.document_order) as next_order
    from {{ ref('stg_trade_seen') }} as seen
    inner join {{ ref('stg_trade_scope') }} as scope
        on seen.cell_id = scope.cell_id and scope.document_order > seen.document_order
    where scope.partner_code is null
    group by seen.cell_id, seen.document_order
),

-- the next document that names this partner
next_named as (
    select seen.cell_id, scope.partner_code, seen.document_order, min(scope.document_order) as next_order
    from {{ ref('stg_trade_seen') }} as seen
    inner join {{ ref('stg_trade_scope') }} as scope
        on seen.cell_id = scope.cell_id and scope.document_order > seen.document_order
    where scope.partner_code is not null
    group by seen.cell_id, scope.partner_code, seen.document_order
),

spoken as (
    select
        fact.*,
        case
            when next_named.next_order < next_whole.next_order then next_named.next_order
            else coalesce(next_whole.next_order, next_named.next_order)
        end as spoken_order
    from fact
    left join next_whole
        on fact.cell_id = next_whole.cell_id and fact.document_order = next_whole.document_order
    left join next_named
        on fact.cell_id = next_named.cell_id
        and fact.partner_code = next_named.partner_code
        and fact.document_order = next_named.document_order
),

step as (
    select
        spoken.*,
        lead(document_order) over by_key as next_order,
        lag(document_order) over by_key is null
        or lag(spoken_order) over by_key < document_order
        {% for name in payload_columns() %}
        or lag({{ name }}) over by_key is distinct from {{ name }}
        {% endfor %} as starts
    from spoken
    window by_key as (partition by cell_id, partner_code order by document_order, row_number)
),

turn as (
    select
        step.*,
        coalesce(spoken_order < coalesce(next_order, spoken_order + 1), false) as withdrawn_next
    from step
),

-- an observation ends at its own withdrawal, at that of its last repetition, or where the next one starts
ended as (
    select
        turn.*,
        case
            when withdrawn_next then spoken_order
            when lead(starts) over by_key then lead(document_order) over by_key
            else lead(spoken_order) over by_key
        end as until_order,
        withdrawn_next or coalesce(not lead(starts) over by_key, false) as withdrawn
    from turn
    where starts or withdrawn_next
    window by_key as (partition by cell_id, partner_code order by document_order, row_number)
)

select
    ended.cell_id,
    ended.partner_code,
    ended.partner_kind,
    ended.country_codes,
    ended.period,
    {% for name in payload_columns() %}ended.{{ name }}, {% endfor %}
    ended.document_order,
    document.evidence_rank,
    document.vintage_at as known_from,
    until_document.vintage_at as known_to,
    ended.withdrawn,
    ended.until_order
from ended
inner join {{ ref('stg_document') }} as document on ended.document_order = document.document_order
left join {{ ref('stg_document') }} as until_document on ended.until_order = until_document.document_order
where ended.starts
