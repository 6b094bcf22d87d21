-- The duty on what each partner sent, an answer; of imports for consumption, the basis duty is calculated on. A duty is known
-- where every row behind a known value states it: a value without a duty leaves it unknown, never zero. A month from which
-- the partner is absent as zero adds none. TOTAL is all partners together: their sum where that makes the total, else the
-- source's world row.
with answer as (
    select period.answer_id, cell.cell_id, cell.denominator_rank, cell.n_unreported, cell.world_duty_usd
    from {{ ref('stg_trade_period') }} as period
    inner join {{ ref('stg_trade_answer') }} as answer
        on {{ same('period', 'answer', ['reporter', 'flow', 'flow_basis', 'level', 'code', 'period', 'period_type']) }}
    inner join {{ ref('stg_trade_cell') }} as cell on answer.cell_id = cell.cell_id
    where period.flow = 'import' and period.flow_basis = 'CON_VAL'
),

stated as (
    select
        latest.cell_id,
        coalesce(latest.partner, latest.country_codes || ':' || latest.partner_code) as partner,
        sum(latest.duty_usd) as duty_usd,
        min(case when latest.duty_usd is null then 0 else 1 end) as is_known
    from {{ ref('stg_trade_latest') }} as latest
    inner join (select distinct cell_id from answer) as wanted on latest.cell_id = wanted.cell_id
    where latest.partner_role = 'partner'
    group by latest.cell_id, coalesce(latest.partner, latest.country_codes || ':' || latest.partner_code)
),

by_partner as (
    select answer.answer_id, stated.partner, sum(stated.duty_usd) as duty_usd, min(stated.is_known) as is_known
    from answer
    inner join stated on answer.cell_id = stated.cell_id
    group by answer.answer_id, stated.partner
),

together as (
    select cell_id, case when min(is_known) = 1 then sum(duty_usd) end as duty_usd
    from stated
    group by cell_id
),

whole as (
    select
        answer.answer_id,
        case when answer.denominator_rank <> 2 and answer.n_unreported = 0 then together.duty_usd else answer.world_duty_usd end
            as duty_usd
    from answer
    left join together on answer.cell_id = together.cell_id
),

total as (
    select answer_id, case when count(duty_usd) = count(*) then sum(duty_usd) end as duty_usd
    from whole
    group by answer_id
)

select
    partner.answer_id,
    partner.partner,
    partner.value_usd,
    case
        when partner.value_usd is null then null
        when by_partner.answer_id is null then 0
        when by_partner.is_known = 1 then by_partner.duty_usd
    end as duty_usd
from {{ ref('stg_trade_period_partner') }} as partner
inner join (select distinct answer_id from answer) as wanted on partner.answer_id = wanted.answer_id
left join by_partner on partner.answer_id = by_partner.answer_id and partner.partner = by_partner.partner
union all
select
    total.answer_id,
    'TOTAL',
    period.denominator_usd,
    case when period.denominator_usd is not null then total.duty_usd end
from total
inner join {{ ref('stg_trade_period') }} as period on total.answer_id = period.answer_id
