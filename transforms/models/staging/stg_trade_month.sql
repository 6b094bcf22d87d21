-- The months of HS6 codes that answer, by their cells: what marts.trade_monthly tells of.
{{ config(materialized='view') }}
select cell_id
from {{ ref('stg_trade_answer') }}
where period_type = 'M' and level = 'HS6' and method = 'month'
