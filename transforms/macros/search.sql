{#- What is searched for: the same rules make the index and take a question apart. -#}

{#- A text without case and accents, with blanks around what is written without them. -#}
{% macro search_plain(text) -%}
    regexp_replace(strip_accents(lower({{ text }})), '([\p{Han}\p{Hiragana}\p{Katakana}]+)', ' \1 ', 'g')
{%- endmacro %}

{#- Its words: runs of letters and digits. -#}
{% macro search_words(text) -%} regexp_extract_all({{ search_plain(text) }}, '[\p{L}\p{M}\p{N}]+') {%- endmacro %}

{#- A word as it is looked up: each two neighbours of a run of Chinese or Japanese characters, any other word whole. No word
    is longer than 64 characters, no run than 500. -#}
{% macro search_pieces(word) -%}
    case
        when regexp_matches({{ word }}, '^[\p{Han}\p{Hiragana}\p{Katakana}]{2,}$')
            then list_transform(
                range(1, least(length({{ word }}), 500)), lambda place: substring({{ word }}, cast(place as bigint), 2)
            )
        else [left({{ word }}, 64)]
    end
{%- endmacro %}

{#- English plurals as their singular (Harman's three rules); anything else as it is. -#}
{% macro search_stem(word) -%}
    case
        when not regexp_matches({{ word }}, '^[a-z]{4,}$') then {{ word }}
        when {{ word }} like '%ies' and not ({{ word }} like '%eies' or {{ word }} like '%aies')
            then left({{ word }}, length({{ word }}) - 3) || 'y'
        when {{ word }} like '%es' and not ({{ word }} like '%aes' or {{ word }} like '%ees' or {{ word }} like '%oes')
            then left({{ word }}, length({{ word }}) - 1)
        when {{ word }} like '%s' and not ({{ word }} like '%us' or {{ word }} like '%ss')
            then left({{ word }}, length({{ word }}) - 1)
        else {{ word }}
    end
{%- endmacro %}

{#- How much a field's count of a word says: less in a field longer than the average one. -#}
{% macro search_weight(boost, count, words, average) -%}
    {{ boost }} * coalesce({{ count }} / (0.25 + 0.75 * {{ words }} / nullif({{ average }}, 0)), 0)
{%- endmacro %}

{#- marts.search(question): the articles that hold words of a question, best first by `score` (BM25 over weighted fields,
    times the share of the question's words found; a Chinese word is found when all its pairs are). -#}
{% macro search_function() -%}
create or replace macro marts.search(question) as table
with said as (
    select translate(
        word,
        (select coalesce(string_agg(character, '' order by character), '') from staging.search_fold),
        (select coalesce(string_agg(folded, '' order by character), '') from staging.search_fold)
    ) as word
    from (select unnest({{ search_words('left(question, 2000)') }}) as word) as cut
),
asked as (
    select distinct {{ search_stem('word') }} as word
    from said
    where word not in (select word from staging.search_stop_word)
),
term as (
    select distinct word, unnest({{ search_pieces('word') }}) as token from asked
),
need as (
    select word, count(*) as tokens from term group by word
),
lone as (
    select word, token from term where length(token) = 1 and regexp_matches(token, '\p{Han}')
),
hit as (
    select term.word, term.token, found.article_number, found.in_title, found.in_lead, found.in_body, found.weight
    from term
    inner join staging.search_index as found on term.token = found.token
    union all
    select
        lone.word, lone.token, found.article_number,
        bool_or(found.in_title), bool_or(found.in_lead), bool_or(found.in_body), max(found.weight)
    from lone
    inner join staging.search_index as found on length(found.token) = 2 and contains(found.token, lone.token)
    group by lone.word, lone.token, found.article_number
),
rare as (
    select
        token,
        ln(
            1 + ((select count(*) from staging.search_article) - count(distinct article_number) + 0.5)
            / (count(distinct article_number) + 0.5)
        ) as idf
    from hit
    group by token
),
found_word as (
    select
        hit.word, hit.article_number,
        bool_or(hit.in_title) as in_title, bool_or(hit.in_lead) as in_lead, bool_or(hit.in_body) as in_body,
        sum(cast(rare.idf * hit.weight / (1.2 + hit.weight) as decimal(18, 9))) as score
    from hit
    inner join rare on hit.token = rare.token
    inner join need on hit.word = need.word
    group by hit.word, hit.article_number, need.tokens
    having count(distinct hit.token) = need.tokens
),
ranked as (
    select
        article_number, count(*) as words_found,
        bool_or(in_title) as in_title, bool_or(in_lead) as in_lead, bool_or(in_body) as in_body,
        sum(score) * count(*) / (select count(*) from asked) as score
    from found_word
    group by article_number
)
select
    coalesce(article.published_at, article.first_seen) as dated_at,
    article.outlet, article.title, article.url, article.language,
    round(cast(ranked.score as double), 6) as score,
    cast(ranked.words_found as integer) as words_found,
    (select cast(count(*) as integer) from asked) as words_asked,
    concat_ws(
        '; ', case when ranked.in_title then 'title' end, case when ranked.in_lead then 'lead' end,
        case when ranked.in_body then 'body' end
    ) as fields,
    article.url_key
from ranked
inner join staging.search_article as sought on ranked.article_number = sought.article_number
inner join marts.article as article on sought.url_key = article.url_key;
comment on macro table marts.search is 'Articles that hold words of the question, in English or Chinese, best first by score.'
{%- endmacro %}
