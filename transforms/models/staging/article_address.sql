-- Which addresses are one article of one site: equal but for their side doors, or joined by the address a page calls its
-- own. A page's word counts where both are of one host, it is no front page, and the titles agree: pages that all name one
-- wrong address stay apart. The article is named by its address first seen. A function of the set of readings.
with said as (
    select url_key, document_id from {{ source('lake', 'news_item') }}
    union all
    select url_key, document_id from {{ source('lake', 'article_text') }}
),

seen as (
    select said.url_key, {{ front_door('said.url_key') }} as door, min(document.retrieved_at) as first_seen
    from said
    inner join {{ ref('stg_news_document') }} as document on said.document_id = document.document_id
    group by said.url_key
),

titled as (
    select distinct seen.door, {{ plain_title('version.title') }} as title
    from {{ ref('article_version') }} as version
    inner join seen on version.url_key = seen.url_key
    where version.title is not null
),

stated as (
    select
        seen.door,
        {{ plain_title('version.title') }} as title,
        {{ front_door("regexp_replace(split_part(version.canonical_url, '#', 1), '^(?i:https?)://', 'https://')") }} as own,
        row_number() over (
            partition by seen.door order by version.known_from desc, version.url_key, version.feed, version.document_id
        ) as place
    from {{ ref('article_version') }} as version
    inner join seen on version.url_key = seen.url_key
    where version.kind = 'page' and version.canonical_url is not null
),

believed as (
    select door, own, title
    from stated
    where place = 1 and own <> door and {{ host_of('own') }} = {{ host_of('door') }}
        and own <> 'https://' || {{ host_of('own') }} and title is not null
),

-- to an address that is known, where a title agrees; else to the first of those that name it under one title
known as (
    select distinct believed.door, believed.own
    from believed
    inner join titled as theirs on believed.own = theirs.door
    inner join titled as ours on believed.door = ours.door and theirs.title = ours.title
),

unknown as (
    select believed.door, min(believed.door) over (partition by believed.own, believed.title) as own
    from believed
    left join seen on believed.own = seen.door
    where seen.door is null
),

named as (
    select door, own from known
    union all
    select door, own from unknown
),

-- where two addresses name each other, the lesser stays
step as (
    select named.door, named.own
    from named
    left join named as back on named.door = back.own and named.own = back.door
    where back.door is null or named.own < named.door
),

-- two steps
placed as (
    select distinct seen.url_key, seen.first_seen, coalesce(second.own, first.own, seen.door) as address
    from seen
    left join step as first on seen.door = first.door
    left join step as second on first.own = second.door
)

select
    url_key,
    first_seen,
    address,
    first_value(url_key) over (partition by address order by first_seen, url_key) as article_key
from placed
