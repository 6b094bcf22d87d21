-- One row an article, by the address it was first seen at; addresses that lead to it too are in staging.article_address.
-- first_seen is our clock; published_at is the publisher's word, if any: a feed's date, else the page's own marks, else a
-- date of an update, else what is only shown or guessed. Texts are left out before readings are ordered: they are large.
with version as (
    select
        version.url_key, version.kind, version.feed, version.version, version.url, version.canonical_url,
        version.title, version.summary, version.lead, version.authors, version.published_at,
        version.published_source, version.published_precision, version.published_confidence, version.modified_at,
        version.modified_precision, version.language, version.page_state, version.body_partial, version.outlet,
        version.outlet_family, version.syndication_note, version.syndication_outlet, version.enclosure_url,
        version.enclosure_type, version.document_id, version.known_from,
        version.body <> '' as has_text,
        address.article_key,
        row_number() over (
            partition by address.article_key
            order by case when version.kind = 'feed' then 0 else 1 end,
                case when version.url_key = address.address then 0 else 1 end,
                version.known_from desc, version.feed, version.document_id, version.url_key
        ) as feed_first,
        row_number() over (
            partition by address.article_key
            order by case when version.kind = 'page' then 0 else 1 end,
                case when version.url_key = address.address then 0 else 1 end,
                version.known_from desc, version.feed, version.document_id, version.url_key
        ) as page_first,
        row_number() over (
            partition by address.article_key
            order by
                case
                    when version.published_at is null then 9
                    when version.published_confidence = 'low' then 3
                    when version.published_source like 'feed-updated%' then 2
                    when version.kind = 'feed' then 0
                    else 1
                end,
                version.known_from desc, version.feed, version.document_id, version.url_key
        ) as date_first
    from {{ ref('article_version') }} as version
    inner join {{ ref('article_address') }} as address on version.url_key = address.url_key
),

ranked as (
    select
        article_key,
        {% for column in ['title', 'url', 'language'] -%}
        min(case when {{ column }} is not null then feed_first end) as {{ column }}_place,
        {% endfor -%}
        {% for column in [
            'authors', 'canonical_url', 'modified_at', 'outlet', 'syndication_note', 'syndication_outlet', 'enclosure_url',
        ] -%}
        min(case when {{ column }} is not null then page_first end) as {{ column }}_place,
        {% endfor -%}
        min(case when coalesce(lead, summary) is not null then page_first end) as lead_place
    from version
    group by article_key
),

best as (
    select
        ranked.article_key,
        {% for column in ['title', 'url', 'language'] -%}
        max(case when version.feed_first = ranked.{{ column }}_place then version.{{ column }} end) as {{ column }},
        {% endfor -%}
        {% for column in ['authors', 'canonical_url', 'syndication_note', 'syndication_outlet', 'enclosure_url'] -%}
        max(case when version.page_first = ranked.{{ column }}_place then version.{{ column }} end) as {{ column }},
        {% endfor -%}
        max(case when version.page_first = ranked.modified_at_place then version.modified_at end) as modified_at,
        max(case when version.page_first = ranked.modified_at_place then version.modified_precision end) as modified_precision,
        max(case when version.page_first = ranked.outlet_place then version.outlet end) as outlet,
        max(case when version.page_first = ranked.outlet_place then version.outlet_family end) as outlet_family,
        max(case when version.page_first = ranked.enclosure_url_place then version.enclosure_type end) as enclosure_type,
        max(case when version.page_first = ranked.lead_place then coalesce(version.lead, version.summary) end) as lead,
        max(case when version.page_first = 1 and version.kind = 'page' then version.page_state end) as page_state,
        max(case when version.page_first = 1 then version.body_partial end) as body_partial,
        max(case when version.date_first = 1 then version.published_at end) as published_at,
        max(case when version.date_first = 1 then version.published_source end) as published_source,
        max(case when version.date_first = 1 then version.published_precision end) as published_precision,
        max(case when version.date_first = 1 then version.published_confidence end) as published_confidence,
        max(case when version.has_text then 1 else 0 end) = 1 as has_text,
        max(version.version) as versions
    from ranked
    inner join version on ranked.article_key = version.article_key
    group by ranked.article_key
),

named as (
    select item.url_key, item.feed, document.text_use
    from {{ source('lake', 'news_item') }} as item
    inner join {{ ref('stg_news_document') }} as document on item.document_id = document.document_id
    union all
    select page.url_key, page.feed, document.text_use
    from {{ source('lake', 'article_text') }} as page
    inner join {{ ref('stg_news_document') }} as document on page.document_id = document.document_id
),

summed as (
    select
        address.article_key,
        {{ joined('named.feed') }} as feeds,
        {{ joined('feed.publisher') }} as publisher,
        max(case when named.text_use = 'full' then 1 else 0 end) as may_use
    from named
    inner join {{ ref('article_address') }} as address on named.url_key = address.url_key
    left join {{ ref('stg_feed') }} as feed on named.feed = feed.feed
    group by address.article_key
),

addressed as (
    select article_key, min(first_seen) as first_seen, count(*) as addresses
    from {{ ref('article_address') }}
    group by article_key
),

-- what a page was that was asked for and held no article
refused as (
    select
        address.article_key,
        page.said,
        row_number() over (
            partition by address.article_key order by page.retrieved_at desc, page.document_id
        ) as place
    from {{ ref('stg_page_refused') }} as page
    inner join {{ ref('article_address') }} as address on page.url_key = address.url_key
)

select
    best.article_key as url_key,
    best.title,
    best.authors,
    summed.publisher,
    summed.feeds,
    coalesce(best.outlet, {{ site_of('best.article_key') }}) as outlet,
    best.outlet_family,
    best.url,
    best.canonical_url,
    cast(addressed.addresses as integer) as addresses,
    best.published_at,
    best.published_source,
    best.published_precision,
    best.published_confidence,
    best.modified_at,
    best.modified_precision,
    addressed.first_seen,
    best.language,
    case
        when best.page_state is not null then best.page_state
        when refused.said is null then 'headline'
        when refused.said in ('consent', 'paywall', 'listing', 'error', 'empty', 'blocked') then refused.said
        else 'unreadable'
    end as state,
    best.lead,
    best.has_text,
    best.body_partial,
    cast(best.versions as integer) as versions,
    case when summed.may_use = 1 then 'full' else 'none' end as text_use,
    best.syndication_note,
    best.syndication_outlet,
    best.enclosure_url,
    best.enclosure_type,
    case when best.enclosure_url is not null and split_part(best.enclosure_type, '/', 1) in ('audio', 'video')
        then split_part(best.enclosure_type, '/', 1) end as media_kind,
    identity.cluster_id,
    identity.story_id,
    identity.cluster_id <> best.article_key as is_copy
from best
inner join summed on best.article_key = summed.article_key
inner join addressed on best.article_key = addressed.article_key
left join refused on best.article_key = refused.article_key and refused.place = 1
inner join {{ ref('article_identity') }} as identity on best.article_key = identity.url_key
