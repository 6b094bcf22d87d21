-- Which cluster and which story an article belongs to. Ids name members that are in this release: where the member first
-- seen is on hold, the next one gives the id. An article that identity has not found among others stands alone.
with said as (
    select url_key, document_id from {{ source('lake', 'news_item') }}
    union all
    select url_key, document_id from {{ source('lake', 'article_text') }}
),

article as (
    select said.url_key, min(document.retrieved_at) as first_seen
    from said
    inner join {{ ref('stg_document') }} as document on said.document_id = document.document_id
    group by said.url_key
),

grouped as (
    select
        article.url_key,
        article.first_seen,
        coalesce(cluster.cluster_id, article.url_key) as cluster_key,
        coalesce(story.story_id, cluster.cluster_id, article.url_key) as story_key
    from article
    left join {{ source('lake', 'article_cluster') }} as cluster on article.url_key = cluster.url_key
    left join {{ source('lake', 'article_story') }} as story on article.url_key = story.url_key
)

select
    url_key,
    first_value(url_key) over (partition by cluster_key order by first_seen, url_key) as cluster_id,
    first_value(url_key) over (partition by story_key order by first_seen, url_key) as story_id
from grouped
