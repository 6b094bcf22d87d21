-- One row a feed: how it is, since when and why, how much it brings, what went wrong, and what may be done with it. What
-- the last look at a listed feed found holds for three days, three times the longest that a feed is left alone: then it
-- is not_asked, so that a pipeline that stands still does not look well.
with feed as (
    select feed from {{ ref('feed_state') }}
    union
    select subject from {{ ref('meta_rights') }} where subject_kind = 'feed' and listed
),

-- what was asked of the feed itself; a request that was held back because the host wanted to be left alone is no error
try as (
    select
        feed, happened_at, outcome, reason, wait_seconds,
        case when outcome in ('gone', 'busy', 'refused', 'changed') then 1 else 0 end as failed,
        case
            when outcome not in ('gone', 'busy', 'refused', 'changed') then 0.0
            when status is null and reason like '%asked to be left alone for another%' then 0.0
            when status in (404, 410, 429) or status >= 500 then 0.5
            when status is null and (
                lower(reason) like '%[errno -3]%' or lower(reason) like '%try again%'
                or lower(reason) like '%temporary failure in name resolution%'
            ) then 0.25
            else 1.0
        end as weight
    from {{ ref('feed_check') }}
    where not part
),

answered as (
    select feed, max(happened_at) as at from try where failed = 0 group by feed
),

trouble as (
    select try.feed, sum(try.weight) as weighted_errors, sum(case when try.weight > 0 then 1 else 0 end) as failures
    from try
    left join answered on try.feed = answered.feed
    where try.failed = 1 and (answered.at is null or try.happened_at > answered.at)
    group by try.feed
),

last_try as (
    select
        feed, happened_at, failed, outcome, wait_seconds,
        cast(nullif(regexp_extract(
            case when failed = 1 then reason end, '(?:try later [(]in|left alone for another) ([0-9]+) s', 1
        ), '') as {{ type_double() }}) as retry_seconds,
        row_number() over (
            partition by feed order by happened_at desc, failed desc, coalesce(reason, ''), outcome, coalesce(wait_seconds, 0) desc
        ) as place
    from try
),

wanted as (
    select
        last_try.feed,
        last_try.happened_at,
        case
            when last_try.outcome = 'led on' then null
            when last_try.failed = 0 then greatest(3000, least(coalesce(last_try.wait_seconds, 0), 86400))
            else greatest(
                least(3600 * coalesce(trouble.failures, 0), 86400) - 600, least(coalesce(last_try.retry_seconds, 0), 86400)
            )
        end as seconds
    from last_try
    left join trouble on last_try.feed = trouble.feed
    where last_try.place = 1
),

looked as (
    select feed, max(happened_at) as at from {{ ref('feed_check') }} group by feed
),

unseen as (
    select looked.feed, looked.at
    from looked
    inner join {{ ref('meta_rights') }} as rights on rights.subject_kind = 'feed' and looked.feed = rights.subject
    where rights.listed and looked.at < {{ dbt.dateadd('day', -3, as_of_time()) }}
),

fault as (
    select
        feed, happened_at, reason,
        row_number() over (partition by feed order by happened_at desc, weight desc, state, coalesce(reason, ''), url) as place
    from {{ ref('feed_check') }}
    where state in ('failing', 'blocked', 'not_a_feed')
),

well as (
    select feed, max(happened_at) as at from {{ ref('feed_check') }} where state = 'ok' group by feed
),

first_named as (
    {{ first_named_by_feed() }}
),

-- the first poll, and of a feed in several parts the first of each that the same run asks for
first_poll as (
    select looked.feed, max(looked.happened_at) as at
    from {{ ref('feed_check') }} as looked
    inner join (
        select feed, min(happened_at) as at from {{ ref('feed_check') }} where items is not null group by feed
    ) as begun on looked.feed = begun.feed
    where looked.items is not null
        and (looked.happened_at = begun.at or looked.part and looked.happened_at < {{ dbt.dateadd('hour', 1, 'begun.at') }})
    group by looked.feed
),

watched as (
    select
        first_poll.feed,
        greatest(first_poll.at, {{ dbt.dateadd('day', -30, 'state.checked_at') }}) as since,
        state.checked_at
    from first_poll
    inner join {{ ref('feed_state') }} as state on first_poll.feed = state.feed
),

brought as (
    select
        watched.feed,
        {{ dbt.datediff('watched.since', 'watched.checked_at', 'second') }} as seconds,
        count(first_named.url_key) as items
    from watched
    left join first_named
        on watched.feed = first_named.feed and first_named.first_seen > watched.since
        and first_named.first_seen <= watched.checked_at
    group by watched.feed, watched.since, watched.checked_at
),

gap as (
    select event.feed, count(*) as gaps
    from {{ ref('feed_event') }} as event
    inner join watched on event.feed = watched.feed
    where event.event = 'feed_gap' and event.happened_at > {{ dbt.dateadd('day', -30, 'watched.checked_at') }}
    group by event.feed
),

title as (
    select
        poll.feed, poll.channel_title,
        row_number() over (partition by poll.feed order by document.document_order desc) as place
    from {{ source('lake', 'feed_poll') }} as poll
    inner join {{ ref('stg_document') }} as document on poll.document_id = document.document_id
    where poll.channel_title is not null
),

renamed as (
    select
        feed, previous, happened_at,
        count(*) over (partition by feed) as changes,
        row_number() over (partition by feed order by happened_at desc, document_id desc) as place
    from {{ ref('feed_event') }}
    where event = 'title_changed'
)

select
    feed.feed,
    coalesce(rights.publisher, described.publisher) as publisher,
    described.url,
    case when unseen.feed is not null then 'not_asked' else state.state end as state,
    coalesce(unseen.at, state.since) as since,
    case
        when unseen.feed is not null
            then 'nobody has looked since ' || left(cast(unseen.at as {{ dbt.type_string() }}), 16)
                || ', it was ' || state.state || ' then'
        else state.reason
    end as reason,
    state.state as last_state,
    state.checked_at,
    state.newest_item_at,
    case
        when brought.seconds >= 86400 then round(86400.0 * brought.items / brought.seconds, 9)
    end as items_a_day,
    well.at as last_ok_at,
    fault.happened_at as last_error_at,
    fault.reason as last_error,
    cast(coalesce(trouble.weighted_errors, 0) as double) as weighted_errors,
    coalesce(trouble.weighted_errors, 0) >= 30 as alert,
    {{ dbt.dateadd('second', 'cast(wanted.seconds as bigint)', 'wanted.happened_at') }} as next_due_at,
    cast(case when watched.feed is not null then coalesce(gap.gaps, 0) end as integer) as gaps_30_days,
    title.channel_title,
    renamed.previous as previous_channel_title,
    renamed.happened_at as channel_title_changed_at,
    cast(coalesce(renamed.changes, 0) as integer) as channel_title_changes,
    coalesce(rights.licence, described.licence) as licence,
    coalesce(rights.text_use, 'none') as text_use,
    coalesce(rights.terms_url, described.terms_url) as terms_url,
    coalesce(rights.reviewed_on, described.reviewed_on) as reviewed_on,
    coalesce(rights.listed, false) as listed
from feed
left join {{ ref('feed_state') }} as state on feed.feed = state.feed
left join {{ ref('meta_rights') }} as rights on rights.subject_kind = 'feed' and feed.feed = rights.subject
left join {{ ref('stg_feed') }} as described on feed.feed = described.feed
left join trouble on feed.feed = trouble.feed
left join wanted on feed.feed = wanted.feed
left join unseen on feed.feed = unseen.feed
left join fault on feed.feed = fault.feed and fault.place = 1
left join well on feed.feed = well.feed
left join watched on feed.feed = watched.feed
left join brought on feed.feed = brought.feed
left join gap on feed.feed = gap.feed
left join title on feed.feed = title.feed and title.place = 1
left join renamed on feed.feed = renamed.feed and renamed.place = 1
