-- The state of every feed by its newest event, and since when it has been in it.
with numbered as (
    select
        event.*,
        row_number() over (
            partition by feed order by happened_at, weight, state, coalesce(reason, ''), url, outcome
        ) as number,
        count(*) over (partition by feed) as events
    from {{ ref('feed_check') }} as event
    where state is not null
),

newest as (
    select * from numbered where number = events
),

-- the last event of another state
before as (
    select numbered.feed, max(numbered.number) as number
    from numbered
    inner join newest on numbered.feed = newest.feed and numbered.state <> newest.state
    group by numbered.feed
),

started as (
    select numbered.feed, min(numbered.happened_at) as since
    from numbered
    left join before on numbered.feed = before.feed
    where before.number is null or numbered.number > before.number
    group by numbered.feed
)

select
    newest.feed,
    described.publisher,
    newest.state,
    newest.reason,
    started.since,
    newest.happened_at as checked_at,
    newest.items,
    newest.newest_item_at
from newest
inner join started on newest.feed = started.feed
left join {{ ref('stg_feed') }} as described on newest.feed = described.feed
