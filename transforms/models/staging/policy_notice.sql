-- Every version of every document of the Federal Register, whichever query found it, with the time it was current.
-- A query is a window on the register, not a list: a document that an answer does not hold has not ended.
{% set payload = [
    'document_type', 'subtype', 'title', 'abstract', 'action', 'agencies', 'publication_date', 'effective_on',
    'dates_text', 'signing_date', 'citation', 'cfr_references', 'docket_ids', 'executive_order_number',
    'proclamation_number', 'correction_of', 'html_url'
] %}
with placed as (
    select
        notice.document_id, notice.document_number, notice.query, document.source, document.vintage_at,
        document.evidence, document.document_order,
        {% for name in payload %}notice.{{ name }}, {% endfor %}
        row_number() over (
            partition by notice.document_number, notice.document_id order by notice.row_number
        ) as place
    from {{ source('lake', 'policy_notice') }} as notice
    inner join {{ ref('stg_document') }} as document on notice.document_id = document.document_id
),

step as (
    select
        placed.*,
        lag(document_order) over by_notice is null
        {% for name in payload %}
        or lag({{ name }}) over by_notice is distinct from {{ name }}
        {% endfor %} as starts
    from placed
    where place = 1
    window by_notice as (partition by document_number order by document_order)
),

asked as (
    select document_number, string_agg(distinct query, '; ' order by query) as queries
    from placed
    group by document_number
)

select
    step.document_number,
    {% for name in payload %}step.{{ name }}, {% endfor %}
    asked.queries,
    step.vintage_at as known_from,
    lead(step.vintage_at) over (partition by step.document_number order by step.document_order) as known_to,
    step.source,
    step.evidence,
    step.document_id
from step
inner join asked on step.document_number = asked.document_number
where step.starts
