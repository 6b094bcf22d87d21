-- Which documents hold rows of which cell. Everything that needs no partner is worked out on this far smaller table.
with seen as (
    select distinct
        document.source,
        flow.reporter,
        flow.flow,
        flow.flow_basis,
        flow.level,
        flow.code,
        flow.period,
        flow.period_type,
        flow.document_id,
        document.document_order
    from {{ source('lake', 'trade_flow') }} as flow
    inner join {{ ref('stg_document') }} as document on flow.document_id = document.document_id
)

select
    dense_rank() over (order by {{ cell_columns() }}) as cell_id,
    {{ cell_columns() }},
    document_id,
    document_order
from seen
