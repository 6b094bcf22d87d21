-- Every distinct reading of an article, as its feed gave it and as its page gave it, with the time it was current and what
-- changed. A feed whose text may not be used now has no words here (the lake gives none), whatever held when it was read;
-- of the items that share an address in one feed, the first counts. A text is compared by its paragraphs: a paragraph
-- with one new word is one that went and one that came.
{%- set said = ['title', 'authors', 'published_at', 'modified_at', 'summary', 'lead', 'body_sha256', 'page_state', 'canonical_url',
    'syndication_note', 'enclosure_url'] %}
{%- set stream = 'url_key, kind, feed' %}
with reading as (
    select
        item.url_key, 'feed' as kind, item.feed, item.url, cast(null as {{ dbt.type_string() }}) as canonical_url,
        item.title, item.summary, cast(null as {{ dbt.type_string() }}) as lead, item.authors, item.published_at,
        item.published_source,
        case
            when item.published_at is null then null
            when item.published_source like '%-day' then 'day'
            else 'second'
        end as published_precision,
        case when item.published_at is not null then 'high' end as published_confidence,
        cast(null as timestamp with time zone) as modified_at, cast(null as {{ dbt.type_string() }}) as modified_precision,
        item.language, 'headline' as page_state, cast(null as boolean) as body_partial,
        cast(null as {{ dbt.type_string() }}) as outlet, cast(null as {{ dbt.type_string() }}) as outlet_family,
        cast(null as {{ dbt.type_string() }}) as syndication_note, cast(null as {{ dbt.type_string() }}) as syndication_outlet,
        item.enclosure_url, item.enclosure_type,
        cast(null as {{ dbt.type_string() }}) as body_sha256,
        item.document_id, item.row_number
    from {{ source('lake', 'news_item') }} as item
    union all
    select
        page.url_key, 'page', page.feed, page.url, page.canonical_url,
        page.title, cast(null as {{ dbt.type_string() }}), page.lead, page.authors, page.published_at,
        page.published_source, page.published_precision, page.published_confidence,
        page.modified_at, page.modified_precision,
        page.language, coalesce(page.page_state, 'article'), page.body_partial,
        page.outlet, page.outlet_family, page.syndication_note, page.syndication_outlet,
        page.enclosure_url, page.enclosure_type, page.body_sha256,
        page.document_id, page.row_number
    from {{ source('lake', 'article_text') }} as page
),

placed as (
    select
        reading.*,
        row_number() over (partition by document_id, {{ stream }} order by row_number) as place
    from reading
),

step as (
    select
        reading.*,
        document.vintage_at,
        document.document_order,
        row_number() over by_article as reading_number,
        {% for name in said -%}
        case
            when row_number() over by_article > 1
                and lag(reading.{{ name }}) over by_article is distinct from reading.{{ name }} then '{{ name }}'
        end as changed_{{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from placed as reading
    inner join {{ ref('stg_news_document') }} as document on reading.document_id = document.document_id
    where reading.place = 1
    window by_article as (
        partition by reading.url_key, reading.kind, reading.feed
        order by document.document_order, reading.row_number
    )
),

version as (
    select
        step.*,
        case when kind = 'page' then document_id end as page_document,
        cast(row_number() over by_article as integer) as version,
        lag(document_id) over by_article as document_before,
        lag(row_number) over by_article as row_before,
        lead(vintage_at) over by_article as known_to
    from step
    where reading_number = 1{% for name in said %} or changed_{{ name }} is not null{% endfor %}
    window by_article as (partition by {{ stream }} order by document_order, row_number)
),

compared as (
    select version.url_key, version.kind, version.feed, version.version, page.body, before.body as body_before
    from version
    inner join {{ source('lake', 'article_text') }} as page
        on version.document_id = page.document_id and version.row_number = page.row_number
    inner join {{ source('lake', 'article_text') }} as before
        on version.document_before = before.document_id and version.row_before = before.row_number
    where version.kind = 'page' and version.changed_body_sha256 is not null
        and page.body is not null and before.body is not null
),

paragraph as (
    select {{ stream }}, version, 1 as side, unnest(string_split(body, chr(10))) as words from compared
    union all
    select {{ stream }}, version, -1, unnest(string_split(body_before, chr(10))) from compared
),

balance as (
    select {{ stream }}, version, words, sum(side) as more
    from paragraph
    group by {{ stream }}, version, words
),

difference as (
    select
        {{ stream }}, version,
        sum(case when more > 0 then more * length(words) else 0 end) as characters_added,
        sum(case when more < 0 then -more * length(words) else 0 end) as characters_removed
    from balance
    group by {{ stream }}, version
)

select
    version.url_key, version.kind, version.feed, version.version, version.url, version.canonical_url,
    version.title, version.summary, version.lead, version.authors,
    version.published_at, version.published_source, version.published_precision, version.published_confidence,
    version.modified_at, version.modified_precision, version.language, version.page_state, version.body_partial,
    version.outlet, version.outlet_family, version.syndication_note, version.syndication_outlet,
    version.enclosure_url, version.enclosure_type, page.body, version.body_sha256,
    nullif(concat_ws('; '{% for name in said %}, {{ "case when version.changed_body_sha256 is not null then 'body' end" if name == 'body_sha256' else 'version.changed_' ~ name }}{% endfor %}), '') as changed_fields,
    cast(difference.characters_added as bigint) as characters_added,
    cast(difference.characters_removed as bigint) as characters_removed,
    version.document_id,
    version.vintage_at as known_from,
    version.known_to
from version
left join difference
    on version.url_key = difference.url_key and version.kind = difference.kind and version.feed = difference.feed
    and version.version = difference.version
left join {{ source('lake', 'article_text') }} as page
    on version.page_document = page.document_id and version.row_number = page.row_number
