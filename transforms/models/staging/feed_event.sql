-- What changed between two polls of a feed that were read: its title, or every one of its items (some may have been missed).
with poll as (
    select
        poll.feed, document.url, poll.document_id, document.retrieved_at, poll.channel_title,
        lag(poll.channel_title) over by_time as previous_title
    from {{ source('lake', 'feed_poll') }} as poll
    inner join {{ ref('stg_document') }} as document on poll.document_id = document.document_id
    where poll.channel_title is not null
    window by_time as (partition by poll.feed, document.url order by document.document_order)
),

filled as (
    select
        poll.feed, poll.document_id, document.retrieved_at,
        lag(poll.document_id) over by_time as previous_document_id
    from {{ source('lake', 'feed_poll') }} as poll
    inner join {{ ref('stg_document') }} as document on poll.document_id = document.document_id
    where poll.items > 0
    window by_time as (partition by poll.feed, document.url order by document.document_order)
),

shared as (
    select filled.document_id
    from filled
    inner join {{ source('lake', 'news_item') }} as item on filled.document_id = item.document_id
    inner join {{ source('lake', 'news_item') }} as earlier
        on filled.previous_document_id = earlier.document_id and item.url_key = earlier.url_key
    group by filled.document_id
)

select
    feed, 'title_changed' as event, retrieved_at as happened_at, previous_title as previous, channel_title as now,
    document_id
from poll
where channel_title <> previous_title
union all
select
    filled.feed, 'feed_gap', filled.retrieved_at, cast(null as varchar), cast(null as varchar), filled.document_id
from filled
left join shared on filled.document_id = shared.document_id
where filled.previous_document_id is not null and shared.document_id is null
