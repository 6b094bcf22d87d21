{{ config(alias='source') }}
-- A source describes itself when it is read; its rights are those of now.
select
    source.source, source.title, source.publisher, source.homepage,
    coalesce(rights.licence, source.licence) as licence,
    case when rights.subject is null then source.terms_url else rights.terms_url end as terms_url,
    source.cadence_days, source.lag_days, source.parser_version, source.flow_bases, source.currency, source.scale,
    source.country_codes, source.key_env, source.note, rights.reviewed_on,
    coalesce(rights.text_use, 'none') as text_use
from {{ source('lake', 'source') }} as source
left join {{ source('lake', 'rights') }} as rights
    on rights.subject_kind = 'source' and source.source = rights.subject
