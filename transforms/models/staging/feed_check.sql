{{ config(materialized='ephemeral') }}
-- Every time a feed was looked at, and the state it was in: a poll that was read, an answer that was refused, a request
-- that failed (so it grows with every run, and is no table of a release). A feed that answers can be frozen: the newest
-- item decides, or where no item is dated, when one was new.
with feed_document as (
    select
        document.document_id, document.url, document.status, document.outcome, {{ allowed_reason('document.reason') }} as reason,
        document.retrieved_at, rights.subject as feed,
        coalesce({{ json_text('document.scope', 'part') }}, 'false') = 'true' as part
    from {{ source('lake', 'document') }} as document
    inner join {{ ref('document_rights') }} as rights on document.document_id = rights.document_id
    where document.source = 'news' and rights.subject_kind = 'feed'
        and {{ json_text('document.scope', 'kind') }} = 'feed'
),

address as (
    select feed, url, max(case when part then 1 else 0 end) = 1 as part
    from (
        select feed, url, part from feed_document
        union all
        select feed, url, false from {{ source('lake', 'feed') }}
    ) as named
    group by feed, url
),

request as (
    select
        log.feed, log.url, log.at as happened_at, log.outcome, log.status, log.reason, log.document_id,
        coalesce(address.part, false) as part
    from {{ source('lake', 'fetch') }} as log
    left join (select feed, max(url) as any_url from address group by feed) as known on log.feed = known.feed
    left join address on log.feed = address.feed and log.url = address.url
    where log.feed is not null and (address.url is not null or known.feed is null)
),

first_named as (
    {{ first_named_by_feed() }}
),

newest_named as (
    select item.document_id, max(first_named.first_seen) as newest_named_at
    from {{ source('lake', 'news_item') }} as item
    inner join first_named on item.feed = first_named.feed and item.url_key = first_named.url_key
    group by item.document_id
),

poll as (
    select
        feed_document.*, poll.state, poll.reason as poll_reason, poll.items, poll.newest_item_at, poll.wait_seconds,
        coalesce(poll.newest_item_at, newest_named.newest_named_at) as newest_at,
        24 * greatest(10, 3 * coalesce(described.cadence_days, 0)) as limit_hours
    from {{ source('lake', 'feed_poll') }} as poll
    inner join feed_document on poll.document_id = feed_document.document_id
    left join newest_named on poll.document_id = newest_named.document_id
    left join {{ ref('stg_feed') }} as described on feed_document.feed = described.feed
),

polled as (
    select
        feed, url, part, retrieved_at as happened_at, 'stored' as outcome, cast(null as integer) as status, state,
        poll_reason as reason, items, newest_item_at, newest_at, limit_hours, wait_seconds
    from poll
    union all
    select
        request.feed, request.url, poll.part, request.happened_at, request.outcome, request.status, poll.state,
        poll.poll_reason, poll.items, poll.newest_item_at, poll.newest_at, poll.limit_hours, poll.wait_seconds
    from request
    inner join poll on request.document_id = poll.document_id
    where request.outcome = 'unchanged'
),

aged as (
    select
        polled.*,
        state = 'ok' and newest_at is not null
            and {{ dbt.datediff('newest_at', 'happened_at', 'hour') }} > limit_hours as frozen
    from polled
),

event as (
    select
        feed, url, part, happened_at, 1 as weight, outcome, status,
        case when frozen then 'stale' else state end as state,
        case
            when frozen and newest_item_at is null
                then 'no item is dated, and none is new since ' || cast(cast(newest_at as date) as varchar)
            when frozen then 'the newest item is of ' || cast(cast(newest_at as date) as varchar)
            else reason
        end as reason,
        items, newest_item_at, wait_seconds
    from aged
    union all
    select
        feed, url, part, retrieved_at, 2, 'refused by the parser', cast(null as integer),
        case
            when reason like 'not-a-feed%' then 'not_a_feed'
            when reason like 'blocked%' or status in (401, 403) then 'blocked'
            else 'failing'
        end,
        reason, cast(null as integer), {{ utc_null() }}, cast(null as double)
    from feed_document
    where outcome = 'quarantined'
    union all
    select
        feed, url, part, happened_at, 0, outcome, status,
        case when outcome = 'refused' then 'blocked' else 'failing' end, reason,
        cast(null as integer), {{ utc_null() }}, cast(null as double)
    from request
    where outcome in ('gone', 'busy', 'refused', 'changed')
)

-- a feed in several parts is as well as its best part of that day
select event.*
from event
left join (
    select feed, cast(happened_at as date) as day from event where part and state = 'ok' group by feed, cast(happened_at as date)
) as well on event.feed = well.feed and cast(event.happened_at as date) = well.day
where not event.part or event.state = 'ok' or well.feed is null
