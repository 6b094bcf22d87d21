-- An article of which no feed's text may be used shows none of its words, and none of them can be searched for.
with told as (
    select sought.url_key
    from {{ ref('search_index') }} as word
    inner join {{ ref('search_article') }} as sought on word.article_number = sought.article_number
    where word.in_lead or word.in_body
    group by sought.url_key
)

select article.url_key
from {{ ref('article') }} as article
left join told on article.url_key = told.url_key
where article.text_use <> 'full'
    and (article.lead is not null or article.syndication_note is not null or article.has_text or told.url_key is not null)
