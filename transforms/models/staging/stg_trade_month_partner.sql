-- What each partner sent or took, a month's cell of an HS6 code that answers; ROW closes the sum. The names of a cell are the
-- same for all its partners and stand in stg_trade_cell.
-- A key has one row in stg_trade_latest, so a partner with one code in its system has one in a cell, and needs no adding up.
{{ config(meta={'grows': {'key': 'cell_id', 'over': 'stg_trade_month', 'by': 'cell_id'}}) }}
with answer as (
    select cell.*
    from {{ ref('stg_trade_month') }} as month
    inner join {{ ref('stg_trade_cell') }} as cell on month.cell_id = cell.cell_id
),

several as (
    select country_codes, partner
    from {{ ref('stg_partner_code') }}
    where partner is not null
    group by country_codes, partner
    having count(distinct code) > 1
),

figure as (
    select
        latest.cell_id, latest.partner, latest.value, latest.value_usd, latest.duty_usd, latest.known_from, latest.evidence_rank,
        answer.several_code_systems or several.partner is not null as may_repeat
    from {{ ref('stg_trade_latest') }} as latest
    inner join answer on latest.cell_id = answer.cell_id
    left join several on latest.country_codes = several.country_codes and latest.partner = several.partner
    where latest.partner_role = 'partner' and latest.partner is not null
)

select
    cell_id, partner,
    cast(value as {{ type_money() }}) as value,
    cast(value_usd as {{ type_money() }}) as value_usd,
    cast(duty_usd as {{ type_money() }}) as duty_usd,
    known_from as data_vintage, evidence_rank
from figure
where not may_repeat
union all
select
    cell_id, partner,
    cast(case when count(value) = count(*) then sum(value) end as {{ type_money() }}),
    cast(case when count(value_usd) = count(*) then sum(value_usd) end as {{ type_money() }}),
    cast(case when count(duty_usd) = count(*) then sum(duty_usd) end as {{ type_money() }}),
    max(known_from), max(evidence_rank)
from figure
where may_repeat
group by cell_id, partner
union all
select
    cell_id, 'ROW',
    cast(denominator_value - known_partners_value as {{ type_money() }}),
    cast(denominator_usd - coalesce(known_partners_usd, 0) as {{ type_money() }}),
    cast(case when denominator_rank = 2 then world_duty_usd - coalesce(known_duty_usd, 0) end as {{ type_money() }}),
    data_vintage, evidence_rank
from answer
where denominator_value <> known_partners_value
