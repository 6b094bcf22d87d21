-- The state of every feed by its newest event: a poll that was read, an answer that was refused, a request that failed.
with feed_document as (
    select
        document.document_id, document.url, document.outcome, {{ allowed_reason('document.reason') }} as reason,
        document.retrieved_at, rights.subject as feed
    from {{ source('lake', 'document') }} as document
    inner join {{ ref('document_rights') }} as rights on document.document_id = rights.document_id
    where document.source = 'news' and rights.subject_kind = 'feed'
        and {{ json_text('document.scope', 'kind') }} = 'feed'
),

address as (
    select feed, url from feed_document
    union
    select feed, url from {{ source('lake', 'feed') }}
),

request as (
    select log.feed, log.url, log.at as happened_at, log.outcome, log.reason, log.document_id
    from {{ source('lake', 'fetch') }} as log
    left join (select feed, max(url) as any_url from address group by feed) as known on log.feed = known.feed
    left join address on log.feed = address.feed and log.url = address.url
    where log.feed is not null and (address.url is not null or known.feed is null)
),

poll as (
    select feed_document.*, poll.state, poll.reason as poll_reason, poll.items, poll.newest_item_at
    from {{ source('lake', 'feed_poll') }} as poll
    inner join feed_document on poll.document_id = feed_document.document_id
),

event as (
    select feed, retrieved_at as happened_at, 1 as weight, state, poll_reason as reason, items, newest_item_at from poll
    union all
    select request.feed, request.happened_at, 1, poll.state, poll.poll_reason, poll.items, poll.newest_item_at
    from request
    inner join poll on request.document_id = poll.document_id
    where request.outcome = 'unchanged'
    union all
    select
        feed, retrieved_at, 2,
        case
            when reason like 'not-a-feed%' then 'not-a-feed'
            when reason like 'blocked%' then 'blocked'
            else 'failing'
        end,
        reason, cast(null as integer), {{ utc_null() }}
    from feed_document
    where outcome = 'quarantined'
    union all
    select
        feed, happened_at, 0, case when outcome = 'refused' then 'blocked' else 'failing' end, reason,
        cast(null as integer), {{ utc_null() }}
    from request
    where outcome in ('gone', 'busy', 'refused', 'changed')
),

step as (
    select
        event.*,
        case when lag(state) over by_time is distinct from state then 1 else 0 end as turns,
        row_number() over (
            partition by feed order by happened_at desc, weight desc, state desc, coalesce(reason, '') desc
        ) as place
    from event
    window by_time as (partition by feed order by happened_at, weight, state, coalesce(reason, ''))
),

island as (
    select
        step.*,
        sum(turns) over (
            partition by feed order by happened_at, weight, state, coalesce(reason, '')
            rows between unbounded preceding and current row
        ) as stretch
    from step
),

started as (
    select feed, stretch, min(happened_at) as since from island group by feed, stretch
)

select
    island.feed,
    described.publisher,
    island.state,
    island.reason,
    started.since,
    island.happened_at as checked_at,
    island.items,
    island.newest_item_at
from island
inner join started on island.feed = started.feed and island.stretch = started.stretch
left join {{ ref('stg_feed') }} as described on island.feed = described.feed
where island.place = 1
