-- What every feed is, by its newest description; whether its text may be used, by the rights as they are now. Known by its rows.
{{ config(meta={'known_by': 'rows'}) }}
with ranked as (
    select
        feed.*,
        row_number() over (partition by feed.feed order by document.document_order desc, feed.row_number desc) as place
    from {{ source('lake', 'feed') }} as feed
    inner join {{ ref('stg_document') }} as document on feed.document_id = document.document_id
)

select
    ranked.feed, ranked.url, ranked.publisher, ranked.country, ranked.language, ranked.topics, ranked.licence,
    ranked.terms_url, ranked.reviewed_on, coalesce(rights.text_use, 'none') as text_use,
    coalesce(rights.listed, false) as listed, ranked.cadence_days
from ranked
left join {{ source('lake', 'rights') }} as rights on rights.subject_kind = 'feed' and ranked.feed = rights.subject
where ranked.place = 1
