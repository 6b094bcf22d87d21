-- One row a story: the articles that tell of one event, or an article that is alone. Made of the articles that are there.
with placed as (
    select
        article.*,
        row_number() over (
            partition by article.story_id order by article.first_seen, article.url_key
        ) as place
    from {{ ref('article') }} as article
),

-- the family that the pages of a site were read under
family as (
    select outlet, max(outlet_family) as outlet_family
    from {{ source('lake', 'article_text') }}
    where outlet_family is not null
    group by outlet
),

told as (
    select placed.*, coalesce(placed.outlet_family, family.outlet_family, placed.outlet) as told_by
    from placed
    left join family on placed.outlet = family.outlet
),

publisher as (
    select
        placed.story_id,
        {{ joined('feed.publisher') }} as publishers
    from placed
    inner join {{ ref('article_address') }} as address on placed.url_key = address.article_key
    inner join (
        select url_key, feed from {{ source('lake', 'news_item') }}
        union all
        select url_key, feed from {{ source('lake', 'article_text') }}
    ) as said on address.url_key = said.url_key
    inner join {{ ref('stg_feed') }} as feed on said.feed = feed.feed
    group by placed.story_id
)

select
    told.story_id,
    max(case when told.place = 1 then told.title end) as title,
    min(told.first_seen) as first_seen,
    max(told.first_seen) as last_seen,
    cast(count(*) as integer) as n_articles,
    cast(count(distinct told.told_by) as integer) as n_outlets,
    cast(count(distinct told.cluster_id) as integer) as n_clusters,
    {{ joined('told.language') }} as languages,
    max(publisher.publishers) as publishers,
    max(case when told.place = 1 then told.told_by end) as first_outlet
from told
left join publisher on told.story_id = publisher.story_id
group by told.story_id
