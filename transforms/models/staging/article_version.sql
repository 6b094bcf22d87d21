-- Every distinct reading of an article, as its feed gave it and as its page gave it, with the time it was current.
-- A feed whose text may not be used now has neither summary nor body here (the lake gives none), whatever held when it was
-- read; of the items that share an address in one feed, the first counts.
with reading as (
    select
        item.url_key, 'feed' as kind, item.feed, item.url, item.title, item.summary, item.authors, item.published_at,
        item.published_source, item.language, item.enclosure_url, item.enclosure_type,
        cast(null as {{ dbt.type_string() }}) as body, cast(null as {{ dbt.type_string() }}) as body_sha256,
        {{ dbt.concat(["item.title", "'|'", "coalesce(item.summary, '')"]) }} as payload,
        item.document_id, item.row_number
    from {{ source('lake', 'news_item') }} as item
    union all
    select
        page.url_key, 'page', page.feed, page.url, page.title, cast(null as {{ dbt.type_string() }}), page.authors,
        page.published_at, page.published_source, page.language,
        cast(null as {{ dbt.type_string() }}), cast(null as {{ dbt.type_string() }}),
        page.body, page.body_sha256,
        {{ dbt.concat(["page.body_sha256", "'|'", "coalesce(page.title, '')"]) }},
        page.document_id, page.row_number
    from {{ source('lake', 'article_text') }} as page
),

placed as (
    select
        reading.*,
        row_number() over (partition by document_id, kind, feed, url_key order by row_number) as place
    from reading
),

step as (
    select
        reading.*,
        document.vintage_at,
        document.retrieved_at,
        document.document_order,
        lag(reading.payload) over by_article is distinct from reading.payload as starts
    from placed as reading
    inner join {{ ref('stg_document') }} as document on reading.document_id = document.document_id
    where reading.place = 1
    window by_article as (
        partition by reading.url_key, reading.kind, reading.feed
        order by document.document_order, reading.row_number
    )
)

select
    url_key, kind, feed, url, title, summary, authors, published_at, published_source, language,
    enclosure_url, enclosure_type, body, body_sha256, document_id,
    vintage_at as known_from,
    lead(vintage_at) over (
        partition by url_key, kind, feed order by document_order, row_number
    ) as known_to
from step
where starts
