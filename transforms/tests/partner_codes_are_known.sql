{{ config(severity='warn') }}
-- Codes missing from the seed keep their rows, count in totals and are reported here. Looked for only among the codes that
-- are not known for all time: they are few, and the figures are many.
with always as (
    select country_codes, code
    from {{ ref('stg_partner_code') }}
    where partner is not null and valid_from is null and valid_until is null
),

doubtful as (
    select distinct named.country_codes, named.partner_code
    from {{ ref('stg_trade_partner') }} as named
    left join always on named.country_codes = always.country_codes and named.partner_code = always.code
    where always.code is null
)

select latest.country_codes, latest.partner_code, count(*) as found
from {{ ref('stg_trade_latest') }} as latest
inner join doubtful
    on latest.country_codes = doubtful.country_codes and latest.partner_code = doubtful.partner_code
where latest.partner_role = 'partner' and latest.partner is null
group by latest.country_codes, latest.partner_code
