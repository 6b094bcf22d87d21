-- Trade by HS6 code, partner and month: one source and one level, partners that add up to the cell's total.
with answer as (
    select cell.*
    from {{ ref('stg_trade_answer') }} as answer
    inner join {{ ref('stg_trade_cell') }} as cell on answer.cell_id = cell.cell_id
    where answer.period_type = 'M' and answer.level = 'HS6' and answer.method = 'month'
),

partner as (
    select
        latest.cell_id,
        latest.partner,
        case when count(latest.value) = count(*) then sum(latest.value) end as value,
        case when count(latest.value_usd) = count(*) then sum(latest.value_usd) end as value_usd,
        case when count(latest.duty_usd) = count(*) then sum(latest.duty_usd) end as duty_usd,
        max(latest.known_from) as data_vintage,
        max(latest.evidence_rank) as evidence_rank
    from {{ ref('stg_trade_latest') }} as latest
    inner join answer on latest.cell_id = answer.cell_id
    where latest.partner_role = 'partner' and latest.partner is not null
    group by latest.cell_id, latest.partner
),

listed as (
    select
        answer.reporter, answer.flow, answer.flow_basis, answer.code, answer.period, answer.source,
        answer.denominator_rank, answer.denominator_usd, answer.currency, partner.partner, partner.value, partner.value_usd, partner.duty_usd, partner.data_vintage,
        partner.evidence_rank
    from answer
    inner join partner on answer.cell_id = partner.cell_id
    union all
    select
        answer.reporter, answer.flow, answer.flow_basis, answer.code, answer.period, answer.source,
        answer.denominator_rank, answer.denominator_usd, answer.currency, 'ROW',
        answer.denominator_value - answer.known_partners_value,
        answer.denominator_usd - coalesce(answer.known_partners_usd, 0),
        case when answer.denominator_rank = 2 then answer.world_duty_usd - coalesce(answer.known_duty_usd, 0) end,
        answer.data_vintage, answer.evidence_rank
    from answer
    where answer.denominator_value <> answer.known_partners_value
)

select
    reporter,
    partner,
    code as hs6,
    flow,
    flow_basis,
    period as month,
    cast(value_usd as {{ type_money() }}) as value_usd,
    cast(duty_usd as {{ type_money() }}) as duty_usd,
    cast(denominator_usd as {{ type_money() }}) as denominator_usd,
    cast(value as {{ type_money() }}) as value,
    currency,
    {{ denominator_name('denominator_rank') }} as denominator,
    source,
    data_vintage,
    {{ evidence_name('evidence_rank') }} as evidence
from listed
