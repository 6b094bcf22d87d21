-- Which cluster and which story an article belongs to: the ones its first address is in, so that they span no more time
-- than they may. All its addresses have them. Ids name articles that are in this release: where the one first seen is on
-- hold, the next one gives the id. An article that identity has not found among others stands alone.
with grouped as (
    select
        address.url_key,
        address.first_seen,
        coalesce(cluster.cluster_id, address.url_key) as cluster_key,
        coalesce(story.story_id, cluster.cluster_id, address.url_key) as story_key
    from {{ ref('article_address') }} as address
    left join {{ source('lake', 'article_cluster') }} as cluster on address.url_key = cluster.url_key
    left join {{ source('lake', 'article_story') }} as story on address.url_key = story.url_key
    where address.url_key = address.article_key
),

named as (
    select
        url_key,
        first_value(url_key) over (partition by cluster_key order by first_seen, url_key) as cluster_id,
        first_value(url_key) over (partition by story_key order by first_seen, url_key) as story_id
    from grouped
)

select address.url_key, named.cluster_id, named.story_id
from {{ ref('article_address') }} as address
inner join named on address.article_key = named.url_key
