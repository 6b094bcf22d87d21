-- What each partner code of each code system counts as: one seed a system (`partner_<system>`), and ISO 3166 alpha-2.
{% for system in code_systems() %}
select '{{ system }}' as country_codes, code, kind, partner, name, valid_from, valid_until
from {{ ref('partner_' ~ system) }}
union all
{% endfor %}
select 'iso2', iso2, 'country', iso3, name, cast(null as date), cast(null as date)
from {{ ref('country') }}
where kind = 'country' and iso2 is not null
