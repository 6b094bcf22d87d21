-- Every observation of every key (cell and partner) with the time from which, and to which, it was the answer: the
-- lake's vintages, with numbers for cells and documents. Rows are narrow: what names a cell stands in stg_trade_seen.
select
    {{ cell_id('part', 'version') }} as cell_id,
    version.partner_code,
    version.partner_kind,
    version.country_codes,
    version.period,
    {% for name in payload_columns() %}version.{{ name }}, {% endfor %}
    document.document_order,
    document.evidence_rank,
    version.known_from,
    version.known_to,
    version.withdrawn,
    until_document.document_order as until_order
from {{ source('lake', 'trade_flow_vintage') }} as version
inner join ({{ trade_parts() }}) as part
    on {{ same('version', 'part', ['source', 'period']) }}
inner join {{ ref('stg_document') }} as document on version.document_id = document.document_id
left join {{ ref('stg_document') }} as until_document on version.until_document_id = until_document.document_id
