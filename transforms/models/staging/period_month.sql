-- The months each longer period is made of. A quarter and a year are named by their first day, a year to date and a
-- trailing year by their last month.
with month as (
    select distinct period as month from {{ ref('stg_trade_cell') }} where period_type = 'M'
)

select 'Q' as period_type, cast({{ dbt.date_trunc('quarter', 'month') }} as date) as period, month, 3 as n_months
from month
union all
select 'CY', cast({{ dbt.date_trunc('year', 'month') }} as date), month, 12
from month
union all
select 'YTD', last.month, month.month, cast(extract(month from last.month) as integer)
from month as last
inner join month
    on month.month between cast({{ dbt.date_trunc('year', 'last.month') }} as date) and last.month
union all
select 'TTM', last.month, month.month, 12
from month as last
inner join month
    on month.month between cast({{ dbt.dateadd('month', -11, 'last.month') }} as date) and last.month
