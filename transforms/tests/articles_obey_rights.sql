-- An article of which no feed's text may be used shows none of its words, and none of them can be searched for.
select article.url_key
from {{ ref('article') }} as article
left join {{ ref('search_article') }} as sought on article.url_key = sought.url_key
where article.text_use <> 'full'
    and (
        article.lead is not null or article.syndication_note is not null or article.has_text
        or sought.lead_words > 0 or sought.body_words > 0
    )
