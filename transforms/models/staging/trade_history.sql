-- Every version of every figure with its names: what was known when, and which document said it.
{{ config(materialized='view') }}
select
    seen.source,
    seen.reporter,
    case when version.partner_kind = 'country' then mapped.partner end as partner,
    version.partner_code,
    version.partner_kind,
    seen.flow,
    seen.flow_basis,
    seen.level,
    seen.code,
    seen.period,
    seen.period_type,
    version.status,
    version.value,
    version.currency,
    version.duty,
    version.quantity_1,
    version.unit_1,
    version.quantity_2,
    version.unit_2,
    version.hs_edition,
    version.known_from,
    version.known_to,
    version.withdrawn,
    seen.document_id
from {{ ref('stg_trade_flow') }} as version
inner join {{ ref('stg_trade_seen') }} as seen
    on version.cell_id = seen.cell_id and version.document_order = seen.document_order
left join {{ ref('stg_partner_code') }} as mapped
    on version.country_codes = mapped.country_codes
    and version.partner_code = mapped.code
    and seen.period >= coalesce(mapped.valid_from, cast('0001-01-01' as date))
    and seen.period <= coalesce(mapped.valid_until, cast('9999-12-31' as date))
