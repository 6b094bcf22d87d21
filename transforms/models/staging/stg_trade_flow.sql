-- Every observation of every key (cell and partner), in words. What names a cell stands in stg_trade_seen.
-- A view: its words are looked up when they are asked for.
{{ config(materialized='view') }}
select
    version.cell_id,
    partner.partner_code,
    partner.partner_kind,
    partner.country_codes,
    version.period,
    wording.status,
    version.value,
    wording.currency,
    version.duty,
    version.quantity_1,
    wording.unit_1,
    version.quantity_2,
    wording.unit_2,
    wording.hs_edition,
    version.document_order,
    version.evidence_rank,
    version.known_from,
    version.known_to,
    version.withdrawn,
    version.until_order
from {{ ref('stg_trade_version') }} as version
inner join {{ ref('stg_trade_partner') }} as partner on version.partner_number = partner.partner_number
inner join {{ ref('stg_trade_wording') }} as wording on version.wording_number = wording.wording_number
