-- One row an article, by its normalised address. first_seen is our clock; published_at is the publisher's word, if any.
with version as (
    select
        version.*,
        row_number() over (
            partition by url_key
            order by case when kind = 'feed' then 0 else 1 end, known_from desc, feed, document_id
        ) as place
    from {{ ref('article_version') }} as version
),

best as (
    select * from version where place = 1
),

dated as (
    select
        version.*,
        row_number() over (
            partition by url_key
            order by case when kind = 'feed' then 0 else 1 end, known_from desc, feed, document_id
        ) as place_dated
    from version
    where published_at is not null
),

named as (
    select item.url_key, item.feed, document.retrieved_at, rights.text_use
    from {{ source('lake', 'news_item') }} as item
    inner join {{ ref('stg_document') }} as document on item.document_id = document.document_id
    inner join {{ ref('document_rights') }} as rights on item.document_id = rights.document_id
    union all
    select page.url_key, page.feed, document.retrieved_at, rights.text_use
    from {{ source('lake', 'article_text') }} as page
    inner join {{ ref('stg_document') }} as document on page.document_id = document.document_id
    inner join {{ ref('document_rights') }} as rights on page.document_id = rights.document_id
),

summed as (
    select
        named.url_key,
        min(named.retrieved_at) as first_seen,
        string_agg(distinct named.feed, '; ' order by named.feed) as feeds,
        string_agg(distinct feed.publisher, '; ' order by feed.publisher) as publisher,
        max(case when named.text_use = 'full' then 1 else 0 end) as may_use
    from named
    left join {{ ref('stg_feed') }} as feed on named.feed = feed.feed
    group by named.url_key
),

counted as (
    select url_key, max(readings) as versions
    from (select url_key, kind, feed, count(*) as readings from version group by url_key, kind, feed) as by_stream
    group by url_key
),

extra as (
    select
        url_key,
        max(title) as any_title,
        max(language) as any_language,
        max(enclosure_url) as enclosure_url,
        max(case when body <> '' then 1 else 0 end) = 1 as has_text
    from version
    group by url_key
)

select
    best.url_key,
    coalesce(best.title, extra.any_title) as title,
    summed.publisher,
    summed.feeds,
    best.url,
    dated.published_at,
    dated.published_source,
    summed.first_seen,
    coalesce(best.language, extra.any_language) as language,
    coalesce(extra.has_text, false) as has_text,
    cast(counted.versions as integer) as versions,
    case when summed.may_use = 1 then 'full' else 'none' end as text_use,
    extra.enclosure_url
from best
inner join summed on best.url_key = summed.url_key
inner join counted on best.url_key = counted.url_key
inner join extra on best.url_key = extra.url_key
left join dated on best.url_key = dated.url_key and dated.place_dated = 1
