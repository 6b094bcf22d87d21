-- What every feed is, by its newest description.
with ranked as (
    select
        feed.*,
        row_number() over (partition by feed.feed order by document.document_order desc, feed.row_number desc) as place
    from {{ source('lake', 'feed') }} as feed
    inner join {{ ref('stg_document') }} as document on feed.document_id = document.document_id
)

select feed, url, publisher, country, language, topics, licence, text_use, cadence_days
from ranked
where place = 1
