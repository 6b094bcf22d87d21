-- Where every partner is listed and every duty known, the partners' duties make the total's, and their values its value.
with added as (
    select
        answer_id,
        sum(case when partner = 'TOTAL' then value_usd else -value_usd end) as value_usd,
        sum(case when partner = 'TOTAL' then duty_usd else -duty_usd end) as duty_usd,
        count(duty_usd) = count(*) as all_known
    from {{ ref('stg_duty_period') }}
    group by answer_id
)

select period.answer_id, added.value_usd, added.duty_usd
from added
inner join {{ ref('stg_trade_period') }} as period on added.answer_id = period.answer_id
where period.denominator_rank = 1 and added.all_known and (added.value_usd <> 0 or added.duty_usd <> 0)
