-- Ids that stood for a story until an article joined it to an earlier one. Both are articles of this release.
with former as (
    select url_key from {{ source('lake', 'article_cluster') }} where was_id
    union
    select url_key from {{ source('lake', 'article_story') }} where was_id
)

select identity.url_key as alias_id, identity.story_id
from former
inner join {{ ref('article_identity') }} as identity on former.url_key = identity.url_key
where identity.url_key <> identity.story_id
