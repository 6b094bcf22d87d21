{{ config(severity='warn') }}
-- Codes missing from the seed keep their rows, count in totals and are reported here.
select country_codes, partner_code, count(*) as found
from {{ ref('stg_trade_latest') }}
where partner_role = 'partner' and partner is null
group by country_codes, partner_code
