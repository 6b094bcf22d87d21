{{ config(post_hook=search_function()) }}
-- Which article holds which word, in which field and how strongly (BM25F: a title counts four times, a lead twice). A text
-- is cut at its blanks, and each distinct piece is made into words once, not once an occurrence: without case and accents,
-- traditional to simplified characters and wide forms by a table, English plurals by rule.
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
    select sought.article_number, 'title' as field, unnest(string_split(article.title, ' ')) as piece
    from {{ ref('article') }} as article
    inner join {{ ref('search_article') }} as sought on article.url_key = sought.url_key
    union all
    select sought.article_number, 'lead', unnest(string_split(article.lead, ' '))
    from {{ ref('article') }} as article
    inner join {{ ref('search_article') }} as sought on article.url_key = sought.url_key
    union all
    select sought.article_number, 'body', unnest(string_split(body.body, ' '))
    from body
    inner join {{ ref('search_article') }} as sought on body.article_key = sought.url_key
    where body.place = 1
),

counted as materialized (
    select article_number, field, piece, count(*) as times
    from said
    group by article_number, field, piece
),

piece as (
    select piece, {{ search_words('piece') }} as words
    from (select distinct piece from counted) as piece
),

word as (
    select piece, word, count(*) as times
    from (select piece, unnest(words) as word from piece) as cut
    group by piece, word
),

part as (
    select word, part_number, left(part, 64) as part
    from (
        select word, unnest(parts) as part, generate_subscripts(parts, 1) as part_number
        from (select word, {{ search_pieces('word') }} as parts from (select distinct word from word) as word) as cut
    ) as numbered
),

letter as (
    select word, part_number, unnest(string_split(part, '')) as character, generate_subscripts(string_split(part, ''), 1) as place
    from part
    where regexp_matches(part, '[^a-z0-9]')
),

folded as (
    select
        letter.word, letter.part_number,
        string_agg(coalesce(fold.folded, letter.character), '' order by letter.place) as part
    from letter
    left join {{ ref('search_fold') }} as fold on letter.character = fold.character
    group by letter.word, letter.part_number
),

token as (
    select part.word, {{ search_stem('coalesce(folded.part, part.part)') }} as token, count(*) as times
    from part
    left join folded on part.word = folded.word and part.part_number = folded.part_number
    left join {{ ref('search_stop_word') }} as stop_word on coalesce(folded.part, part.part) = stop_word.word
    where stop_word.word is null
    group by part.word, {{ search_stem('coalesce(folded.part, part.part)') }}
),

held as (
    select word.piece, token.token, sum(word.times * token.times) as times
    from word
    inner join token on word.word = token.word
    group by word.piece, token.token
),

found as (
    select
        held.token,
        counted.article_number,
        sum(case when counted.field = 'title' then counted.times * held.times else 0 end) as in_title,
        sum(case when counted.field = 'lead' then counted.times * held.times else 0 end) as in_lead,
        sum(case when counted.field = 'body' then counted.times * held.times else 0 end) as in_body
    from counted
    inner join held on counted.piece = held.piece
    group by held.token, counted.article_number
),

length as (
    select
        counted.article_number,
        sum(case when counted.field = 'title' then counted.times * len(piece.words) end) as title_words,
        sum(case when counted.field = 'lead' then counted.times * len(piece.words) end) as lead_words,
        sum(case when counted.field = 'body' then counted.times * len(piece.words) end) as body_words
    from counted
    inner join piece on counted.piece = piece.piece
    group by counted.article_number
),

average as (
    select avg(title_words) as title_words, avg(lead_words) as lead_words, avg(body_words) as body_words
    from length
)

select
    found.token,
    found.article_number,
    found.in_title > 0 as in_title,
    found.in_lead > 0 as in_lead,
    found.in_body > 0 as in_body,
    cast(round(
        {{ search_weight(4, 'found.in_title', 'length.title_words', 'average.title_words') }}
        + {{ search_weight(2, 'found.in_lead', 'length.lead_words', 'average.lead_words') }}
        + {{ search_weight(1, 'found.in_body', 'length.body_words', 'average.body_words') }}, 3
    ) as decimal(9, 3)) as weight
from found
inner join length on found.article_number = length.article_number
cross join average
order by found.token, found.article_number
