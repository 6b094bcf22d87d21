-- What a page was that was asked for and held no article, in the first word of the reason. Known by its rows.
{{ config(meta={'known_by': 'rows'}) }}
select
    {{ json_text('scope', 'url_key') }} as url_key,
    document_id,
    split_part(reason, ':', 1) as said,
    retrieved_at
from {{ source('lake', 'document') }}
where source = 'news' and outcome = 'quarantined' and {{ json_text('scope', 'kind') }} = 'page'
