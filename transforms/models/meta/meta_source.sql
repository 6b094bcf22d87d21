{{ config(alias='source') }}
select
    source, title, publisher, homepage, licence, terms_url, cadence_days, lag_days, parser_version, flow_bases,
    currency, scale, country_codes, key_env, note
from {{ source('lake', 'source') }}
