-- Every observation of every key (cell and partner) with the time from which, and to which, it was the answer: the
-- lake's vintages, with numbers for cells, partners, words and documents. Text takes longer to write than all else.
{{ config(meta={'grows': {'key': 'part_number', 'row': part_of('cell_id'), 'over': 'stg_trade_part', 'by': 'part_number'}}) }}
select
    {{ cell_id('part', 'version') }} as cell_id,
    partner.partner_number,
    wording.wording_number,
    version.period,
    version.value,
    version.duty,
    version.quantity_1,
    version.quantity_2,
    document.document_order,
    document.evidence_rank,
    version.known_from,
    version.known_to,
    version.withdrawn,
    until_document.document_order as until_order
from {{ source('lake', 'trade_flow_vintage') }} as version
inner join {{ ref('stg_trade_part') }} as part
    on {{ same('version', 'part', ['source', 'period']) }}
inner join {{ ref('stg_trade_partner') }} as partner
    on {{ same('version', 'partner', ['country_codes', 'partner_code', 'partner_kind']) }}
inner join {{ ref('stg_trade_wording') }} as wording
    on {{ same_or_null('version', 'wording', payload_words()) }}
inner join {{ ref('stg_trade_document') }} as document on version.document_id = document.document_id
left join {{ ref('stg_trade_document') }} as until_document on version.until_document_id = until_document.document_id
