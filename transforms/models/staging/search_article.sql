-- The articles that can be searched, by number, and how many words each field has. Its words are those of marts.article,
-- and the newest text of its page; a publisher whose text may not be used has only titles (the lake gives no more).
with body as (
    select
        address.article_key,
        version.body,
        row_number() over (
            partition by address.article_key
            order by version.known_from desc, version.url_key, version.feed, version.document_id
        ) as place
    from {{ ref('article_version') }} as version
    inner join {{ ref('article_address') }} as address on version.url_key = address.url_key
    where version.body is not null
)

select
    cast(row_number() over (order by article.url_key) as integer) as article_number,
    article.url_key,
    cast(len({{ search_words('article.title') }}) as integer) as title_words,
    cast(len({{ search_words('article.lead') }}) as integer) as lead_words,
    cast(len({{ search_words('left(body.body, ' ~ var('search_body_characters') ~ ')') }}) as integer) as body_words
from {{ ref('article') }} as article
left join body on article.url_key = body.article_key and body.place = 1
