-- One row a story: the articles that tell of one event, or an article that is alone. Made of the articles that are there.
with article as (
    select
        article.*,
        identity.cluster_id as cluster_key,
        identity.story_id as story_key,
        row_number() over (
            partition by identity.story_id order by article.first_seen, article.url_key
        ) as place,
        {{ site_of('article.url_key') }} as site
    from {{ ref('article') }} as article
    inner join {{ ref('article_identity') }} as identity on article.url_key = identity.url_key
),

-- the family that the pages of a site were read under
family as (
    select {{ site_of('url_key') }} as site, max(outlet_family) as outlet_family
    from {{ source('lake', 'article_text') }}
    where outlet_family is not null
    group by {{ site_of('url_key') }}
),

told as (
    select article.*, coalesce(family.outlet_family, article.site) as told_by
    from article
    left join family on article.site = family.site
),

publisher as (
    select
        article.story_key,
        string_agg(distinct feed.publisher, '; ' order by feed.publisher) as publishers
    from article
    inner join (
        select url_key, feed from {{ source('lake', 'news_item') }}
        union all
        select url_key, feed from {{ source('lake', 'article_text') }}
    ) as said on article.url_key = said.url_key
    inner join {{ ref('stg_feed') }} as feed on said.feed = feed.feed
    group by article.story_key
)

select
    max(case when told.place = 1 then told.url_key end) as story_id,
    max(case when told.place = 1 then told.title end) as title,
    min(told.first_seen) as first_seen,
    max(told.first_seen) as last_seen,
    cast(count(*) as integer) as n_articles,
    cast(count(distinct told.told_by) as integer) as n_outlets,
    cast(count(distinct told.cluster_key) as integer) as n_clusters,
    string_agg(distinct told.language, '; ' order by told.language) as languages,
    max(publisher.publishers) as publishers,
    max(case when told.place = 1 then told.told_by end) as first_outlet
from told
left join publisher on told.story_key = publisher.story_key
group by told.story_key
