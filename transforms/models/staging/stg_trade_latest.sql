-- Today's answer a key, with the partner it counts as. A source's own group stands for its members only where a request
-- named it and no complete listing of all partners exists; the members' own rows are then left out of that cell.
-- A view: joining its small tables again takes less than writing a second copy of the figures.
{{ config(materialized='view') }}
with mapped as (
    select
        country_codes, code, kind, partner,
        coalesce(valid_from, cast('0001-01-01' as date)) as valid_from,
        coalesce(valid_until, cast('9999-12-31' as date)) as valid_until
    from {{ ref('stg_partner_code') }}
    where partner is not null
),

listed_whole as (
    select distinct cell_id from {{ ref('stg_trade_scope') }} where partner_code is null
),

standing as (
    select distinct latest.cell_id, latest.partner_code, mapped.partner as country_group
    from {{ ref('stg_trade_flow') }} as latest
    inner join mapped
        on latest.country_codes = mapped.country_codes
        and latest.partner_code = mapped.code
        and latest.period between mapped.valid_from and mapped.valid_until
    inner join {{ ref('stg_trade_scope') }} as scope
        on latest.cell_id = scope.cell_id and latest.partner_code = scope.partner_code
    left join listed_whole on latest.cell_id = listed_whole.cell_id
    where latest.known_to is null
        and latest.partner_kind = 'group'
        and latest.status = 'reported'
        and listed_whole.cell_id is null
),

member as (
    select standing.cell_id, country_group.iso3, country_group.valid_from, country_group.valid_until
    from standing
    inner join {{ ref('country_group') }} as country_group
        on standing.country_group = country_group.country_group
)

select
    latest.cell_id,
    latest.partner_code,
    latest.partner_kind,
    latest.country_codes,
    case
        when latest.partner_kind = 'world' then null
        when latest.partner_kind = 'group' then standing.country_group
        else mapped.partner
    end as partner,
    case
        when latest.partner_kind = 'world' then 'world'
        when latest.partner_kind = 'group' and standing.cell_id is null then 'group'
        when latest.partner_kind = 'country' and member.cell_id is not null then 'inside_group'
        else 'partner'
    end as partner_role,
    latest.status,
    latest.currency,
    latest.value,
    case when latest.currency = 'USD' then 1 else rate.usd_per_unit end as usd_per_unit,
    {{ in_usd('latest.value', 'latest.currency', 'rate.usd_per_unit') }} as value_usd,
    {{ in_usd('latest.duty', 'latest.currency', 'rate.usd_per_unit') }} as duty_usd,
    {{ first_amount(true) }} as weight_kg,
    {{ first_amount(false) }} as quantity,
    case
        when unit_1.kind <> 'weight' and latest.quantity_1 is not null then unit_1.standard_unit
        when unit_2.kind <> 'weight' and latest.quantity_2 is not null then unit_2.standard_unit
    end as quantity_unit,
    latest.document_order,
    case when rate.evidence_rank > latest.evidence_rank then rate.evidence_rank else latest.evidence_rank end
        as evidence_rank,
    case when rate.known_from > latest.known_from then rate.known_from else latest.known_from end as known_from
from {{ ref('stg_trade_flow') }} as latest
left join mapped
    on latest.country_codes = mapped.country_codes
    and latest.partner_code = mapped.code
    and latest.partner_kind = mapped.kind
    and latest.period between mapped.valid_from and mapped.valid_until
left join standing
    on latest.cell_id = standing.cell_id and latest.partner_code = standing.partner_code
left join member
    on latest.cell_id = member.cell_id
    and mapped.partner = member.iso3
    and latest.period >= member.valid_from
    and (member.valid_until is null or latest.period <= member.valid_until)
left join {{ ref('stg_trade_rate') }} as rate
    on latest.cell_id = rate.cell_id and latest.currency = rate.currency
left join {{ ref('unit') }} as unit_1 on latest.unit_1 = unit_1.unit
left join {{ ref('unit') }} as unit_2 on latest.unit_2 = unit_2.unit
where latest.known_to is null
