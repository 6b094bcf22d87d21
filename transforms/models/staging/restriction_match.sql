-- Which names of the Consolidated Screening List are a company's. `name`: the entry's own name is an alias, `alt_name`: one
-- of its other names is; `affiliate`: an alias is a part of a longer name, or names the party the entry belongs to.
with party as (
    select
        name, alt_names,
        {{ half_width('name') }} as plain_name,
        {{ half_width('alt_names') }} as plain_alt_names
    from {{ ref('restricted_party') }}
    group by name, alt_names
),

own as (
    select
        name, alt_names, plain_alt_names,
        {{ own_name('plain_name') }} as own_name,
        {{ owner_name('plain_name') }} as owner_name
    from party
),

part as (
    select name, alt_names, 'name' as kind, {{ without_short_form('own_name') }} as part from own
    union all
    select name, alt_names, 'name', {{ short_form('own_name') }} from own
    union all
    select name, alt_names, 'owner', {{ without_short_form('owner_name') }} from own
    union all
    select name, alt_names, 'owner', {{ short_form('owner_name') }} from own
    union all
    select name, alt_names, 'alt_name', {{ pieces('plain_alt_names') }} from own
),

keyed as (
    select name, alt_names, kind, trim(part) as part, {{ name_key('part') }} as part_key
    from part
    where part is not null
),

alias as (
    select company_id, match, {{ bare_key(name_key('alias')) }} as alias_key
    from {{ ref('company_alias') }}
    where match in ('phrase', 'whole')
    group by company_id, match, {{ bare_key(name_key('alias')) }}
),

found as (
    select
        alias.company_id, keyed.name, keyed.alt_names, keyed.part,
        case keyed.kind when 'name' then 1 when 'alt_name' then 2 else 3 end as match_rank
    from keyed
    inner join alias on {{ bare_key('keyed.part_key') }} = alias.alias_key
    union all
    select alias.company_id, keyed.name, keyed.alt_names, keyed.part, 3
    from keyed
    inner join alias
        on alias.match = 'phrase'
        and {{ dbt.position("' ' || alias.alias_key || ' '", "' ' || keyed.part_key || ' '") }} > 0
),

ranked as (
    select
        found.*,
        row_number() over (partition by company_id, name, alt_names order by match_rank, part) as place
    from found
)

select
    company_id, name, alt_names,
    case match_rank when 1 then 'name' when 2 then 'alt_name' else 'affiliate' end as match,
    part as matched
from ranked
where place = 1
