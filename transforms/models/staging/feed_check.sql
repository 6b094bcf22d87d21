{{ config(materialized='ephemeral') }}
-- Every time a feed was looked at, and the state it was in: a poll that was read, an answer that was refused, a request
-- that failed (so it grows with every run, and is no table of a release). A feed that answers can be frozen: the newest
-- item decides, or where no item is dated, when one was new. An answer without items of its own (an index of sitemaps)
-- has no state while what is known of the feed is young enough.
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
        union all
        select subject, url, false from {{ source('lake', 'rights') }} where subject_kind = 'feed' and url is not null
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
        coalesce(poll.newest_item_at, newest_named.newest_named_at) as newest_at
    from {{ source('lake', 'feed_poll') }} as poll
    inner join feed_document on poll.document_id = feed_document.document_id
    left join newest_named on poll.document_id = newest_named.document_id
),

polled as (
    select
        feed, url, part, retrieved_at as happened_at, 'stored' as outcome, cast(null as integer) as status, state,
        poll_reason as reason, items, newest_item_at, newest_at, wait_seconds
    from poll
    union all
    select
        request.feed, request.url, poll.part, request.happened_at, request.outcome, request.status, poll.state,
        poll.poll_reason, poll.items, poll.newest_item_at, poll.newest_at, poll.wait_seconds
    from request
    inner join poll on request.document_id = poll.document_id
    where request.outcome = 'unchanged'
),

led_on as (
    select feed, url, part, retrieved_at as happened_at from feed_document where outcome = 'empty'
    union all
    select feed_document.feed, request.url, feed_document.part, request.happened_at
    from request
    inner join feed_document on request.document_id = feed_document.document_id
    where request.outcome = 'unchanged' and feed_document.outcome = 'empty'
),

refused as (
    select feed, url, part, retrieved_at as happened_at, status, reason from feed_document where outcome = 'quarantined'
    union all
    select
        request.feed, request.url, feed_document.part, request.happened_at, feed_document.status, feed_document.reason
    from request
    inner join feed_document on request.document_id = feed_document.document_id
    where request.outcome = 'unchanged' and feed_document.outcome = 'quarantined'
),

looked as (
    select
        told.feed, told.url, told.part, told.happened_at, told.outcome, told.status, told.state, told.reason, told.items,
        told.wait_seconds,
        case when told.outcome = 'led on' then max(told.newest_item_at) over by_feed else told.newest_item_at end as newest_item_at,
        case when told.outcome = 'led on' then max(told.newest_at) over by_feed else told.newest_at end as newest_at,
        86400 * greatest(10, 3 * coalesce(described.cadence_days, 0)) as limit_seconds
    from (
        select * from polled
        union all
        select
            feed, url, part, happened_at, 'led on', cast(null as integer), cast(null as varchar), cast(null as varchar),
            cast(null as integer), {{ utc_null() }}, {{ utc_null() }}, cast(null as double)
        from led_on
    ) as told
    left join {{ ref('stg_feed') }} as described on told.feed = described.feed
    window by_feed as (partition by told.feed order by told.happened_at)
),

aged as (
    select
        looked.*,
        newest_at is not null and {{ dbt.datediff('newest_at', 'happened_at', 'second') }} > limit_seconds
            and (outcome = 'led on' or state = 'ok') as frozen
    from looked
),

event as (
    select
        feed, url, part, happened_at, 1 as weight, outcome, status,
        case
            when frozen then 'stale'
            when outcome = 'led on' and newest_at is null then 'empty'
            else state
        end as state,
        case
            when outcome = 'led on' and newest_at is null then 'it answers without an item, and none was ever read'
            when frozen and newest_item_at is null
                then 'no item is dated, and none is new since ' || cast(cast(newest_at as date) as varchar)
            when frozen then 'the newest item is of ' || cast(cast(newest_at as date) as varchar)
            else reason
        end as reason,
        items, newest_item_at, wait_seconds
    from aged
    union all
    select
        feed, url, part, happened_at, 2, 'refused by the parser', cast(null as integer),
        case
            when reason like 'not-a-feed%' then 'not_a_feed'
            when reason like 'blocked%' or status in (401, 403) then 'blocked'
            else 'failing'
        end,
        reason, cast(null as integer), {{ utc_null() }}, cast(null as double)
    from refused
    union all
    select
        feed, url, part, happened_at, 0, outcome, status,
        case when outcome = 'refused' then 'blocked' else 'failing' end, reason,
        cast(null as integer), {{ utc_null() }}, cast(null as double)
    from request
    where outcome in ('gone', 'busy', 'refused', 'changed')
)

-- a feed in several parts is as well as its best part of that day
select
    event.feed, event.url, event.part, event.happened_at, event.weight, event.outcome, event.status,
    case when event.outcome <> 'led on' or well.feed is null then event.state end as state,
    event.reason, event.items, event.newest_item_at, event.wait_seconds
from event
left join (
    select feed, cast(happened_at as date) as day from event where part and state = 'ok' group by feed, cast(happened_at as date)
) as well on event.feed = well.feed and cast(event.happened_at as date) = well.day
where not event.part or event.state = 'ok' or well.feed is null
