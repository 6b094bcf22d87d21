-- The partners of trade figures as sources name them, numbered: few enough to be looked up by every row.
{{ config(meta={'compared': true}) }}
select
    row_number() over (order by country_codes, partner_code, partner_kind) as partner_number,
    country_codes,
    partner_code,
    partner_kind
from (
    select distinct country_codes, partner_code, partner_kind from {{ source('lake', 'trade_flow_vintage') }}
) as named
