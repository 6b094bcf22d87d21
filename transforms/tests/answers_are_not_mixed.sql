-- One source, currency and kind of total answers in a month; one source and one way answers for a code in a period.
select reporter, flow, flow_basis, hs6 as code, month as period, 'M' as period_type
from {{ ref('trade_monthly') }}
group by reporter, flow, flow_basis, hs6, month
having count(distinct source) > 1
    or count(distinct currency) > 1
    or count(distinct denominator) > 1
    or count(distinct denominator_usd) > 1
union all
select reporter, flow, flow_basis, level || ' ' || code, period, period_type
from {{ ref('stg_trade_answer') }}
group by reporter, flow, flow_basis, level || ' ' || code, period, period_type
having count(distinct source) > 1 or count(distinct method) > 1 or count(*) > count(distinct cell_id)
