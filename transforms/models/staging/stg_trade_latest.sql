-- Today's answer a key, with the partner it counts as. A source's own group stands for its members only where a request
-- named it and no complete listing of all partners exists; the members' own rows are then left out of that cell.
with latest as (
    select
        flow.*,
        code.kind as listed_kind,
        case when code.valid_from is null or flow.period >= code.valid_from then code.partner end as mapped_partner
    from {{ ref('stg_trade_flow') }} as flow
    left join {{ ref('schedule_c') }} as code
        on flow.country_codes = 'schedule_c' and flow.partner_code = code.code
    where flow.known_to is null
),

listed_whole as (
    select distinct cell_id from {{ ref('stg_trade_scope') }} where partner_code is null
),

standing as (
    select distinct latest.cell_id, latest.mapped_partner as country_group
    from latest
    inner join {{ ref('stg_trade_scope') }} as scope
        on latest.cell_id = scope.cell_id and latest.partner_code = scope.partner_code
    left join listed_whole on latest.cell_id = listed_whole.cell_id
    where latest.partner_kind = 'group'
        and latest.mapped_partner is not null
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
    {{ cell_columns('latest.') }},
    latest.partner_code,
    latest.partner_kind,
    latest.country_codes,
    case
        when latest.partner_kind = 'world' then null
        when latest.partner_kind = 'group' then standing.country_group
        when latest.listed_kind = 'country' then latest.mapped_partner
    end as partner,
    case
        when latest.partner_kind = 'world' then 'world'
        when latest.partner_kind = 'group' and standing.cell_id is null then 'group'
        when latest.partner_kind = 'country' and member.cell_id is not null then 'inside_group'
        else 'partner'
    end as partner_role,
    latest.status,
    case when latest.currency = 'USD' then latest.value end as value_usd,
    case when latest.currency = 'USD' then latest.duty end as duty_usd,
    latest.quantity_1,
    latest.unit_1,
    latest.quantity_2,
    latest.unit_2,
    latest.document_id,
    latest.evidence_rank,
    latest.known_from
from latest
left join standing
    on latest.cell_id = standing.cell_id
    and latest.partner_kind = 'group'
    and latest.mapped_partner = standing.country_group
left join member
    on latest.cell_id = member.cell_id
    and latest.partner_kind = 'country'
    and latest.mapped_partner = member.iso3
    and latest.period >= member.valid_from
    and (member.valid_until is null or latest.period <= member.valid_until)
