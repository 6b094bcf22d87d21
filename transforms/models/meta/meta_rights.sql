{{ config(alias='rights') }}
-- The lists in use say what may be done now; a feed that was listed once and is no more keeps its last description.
with said as (
    select subject_kind, subject, publisher, licence, terms_url, reviewed_on, text_use, listed, note
    from {{ source('lake', 'rights') }}
    union all
    select
        'feed', once.feed, once.publisher, once.licence, once.terms_url, once.reviewed_on, 'none', false,
        'no longer in the list of feeds'
    from {{ ref('stg_feed') }} as once
    where not once.listed
        and once.feed not in (select subject from {{ source('lake', 'rights') }} where subject_kind = 'feed')
)

select
    subject_kind,
    subject,
    publisher,
    licence,
    terms_url,
    reviewed_on,
    text_use,
    case
        when text_use = 'full' and subject_kind = 'feed' then 'headline, link, summary and text'
        when text_use = 'full' then 'facts, links and the words'
        when subject_kind = 'feed' then 'headline and link'
        else 'facts and links'
    end as may_release,
    listed,
    note
from said
