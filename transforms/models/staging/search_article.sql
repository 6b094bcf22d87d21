-- The articles that can be searched, by number.
select
    cast(row_number() over (order by url_key) as integer) as article_number,
    url_key
from {{ ref('article') }}
