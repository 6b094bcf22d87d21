{{ config(post_hook=search_function()) }}
-- Which article holds which word, in which field and how strongly (BM25F: a title counts four times, a lead twice). Words
-- are made equal once each, not once an occurrence: traditional to simplified characters and wide forms by a table, English
-- plurals by rule.
with body as (
    select
        address.article_key,
        left(version.body, {{ var('search_body_characters') }}) as body,
        row_number() over (
            partition by address.article_key
            order by version.known_from desc, version.url_key, version.feed, version.document_id
        ) as place
    from {{ ref('article_version') }} as version
    inner join {{ ref('article_address') }} as address on version.url_key = address.url_key
    where version.body is not null
),

said as (
    select sought.article_number, 'title' as field, unnest({{ search_words('article.title') }}) as word
    from {{ ref('article') }} as article
    inner join {{ ref('search_article') }} as sought on article.url_key = sought.url_key
    union all
    select sought.article_number, 'lead', unnest({{ search_words('article.lead') }})
    from {{ ref('article') }} as article
    inner join {{ ref('search_article') }} as sought on article.url_key = sought.url_key
    union all
    select sought.article_number, 'body', unnest({{ search_words('body.body') }})
    from body
    inner join {{ ref('search_article') }} as sought on body.article_key = sought.url_key
    where body.place = 1
),

counted as materialized (
    select article_number, field, word, count(*) as times
    from said
    group by article_number, field, word
),

word as (
    select distinct word from counted
),

part as (
    select word, piece_number, left(piece, 64) as piece
    from (
        select word, unnest(pieces) as piece, generate_subscripts(pieces, 1) as piece_number
        from (select word, {{ search_pieces('word') }} as pieces from word) as cut
    ) as numbered
),

letter as (
    select word, piece_number, unnest(string_split(piece, '')) as character, generate_subscripts(string_split(piece, ''), 1) as place
    from part
    where regexp_matches(piece, '[^a-z0-9]')
),

folded as (
    select
        letter.word, letter.piece_number,
        string_agg(coalesce(fold.folded, letter.character), '' order by letter.place) as piece
    from letter
    left join {{ ref('search_fold') }} as fold on letter.character = fold.character
    group by letter.word, letter.piece_number
),

token as (
    select part.word, {{ search_stem('coalesce(folded.piece, part.piece)') }} as token, count(*) as times
    from part
    left join folded on part.word = folded.word and part.piece_number = folded.piece_number
    left join {{ ref('search_stop_word') }} as stop_word on coalesce(folded.piece, part.piece) = stop_word.word
    where stop_word.word is null
    group by part.word, {{ search_stem('coalesce(folded.piece, part.piece)') }}
),

found as (
    select
        token.token,
        counted.article_number,
        sum(case when counted.field = 'title' then counted.times * token.times else 0 end) as in_title,
        sum(case when counted.field = 'lead' then counted.times * token.times else 0 end) as in_lead,
        sum(case when counted.field = 'body' then counted.times * token.times else 0 end) as in_body
    from counted
    inner join token on counted.word = token.word
    group by token.token, counted.article_number
),

average as (
    select avg(title_words) as title_words, avg(lead_words) as lead_words, avg(body_words) as body_words
    from {{ ref('search_article') }}
)

select
    found.token,
    found.article_number,
    found.in_title > 0 as in_title,
    found.in_lead > 0 as in_lead,
    found.in_body > 0 as in_body,
    cast(round(
        {{ search_weight(4, 'found.in_title', 'sought.title_words', 'average.title_words') }}
        + {{ search_weight(2, 'found.in_lead', 'sought.lead_words', 'average.lead_words') }}
        + {{ search_weight(1, 'found.in_body', 'sought.body_words', 'average.body_words') }}, 3
    ) as decimal(9, 3)) as weight
from found
inner join {{ ref('search_article') }} as sought on found.article_number = sought.article_number
cross join average
order by found.token, found.article_number
