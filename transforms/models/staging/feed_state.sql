-- The state of every feed by its newest event, and since when it has been in it.
with step as (
    select
        event.*,
        case when lag(state) over by_time is distinct from state then 1 else 0 end as turns,
        row_number() over (
            partition by feed order by happened_at desc, weight desc, state desc, coalesce(reason, '') desc, url desc
        ) as place
    from {{ ref('feed_check') }} as event
    window by_time as (partition by feed order by happened_at, weight, state, coalesce(reason, ''), url)
),

island as (
    select
        step.*,
        sum(turns) over (
            partition by feed order by happened_at, weight, state, coalesce(reason, ''), url
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
