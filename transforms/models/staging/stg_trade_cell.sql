-- One row a cell: whether the source answered it, how whole the answer is, and what its total is.
-- A total is the sum of the partners where all are listed, else the source's world row, else the partners listed; it
-- is NULL where a partner's figure was blank or suppressed and there is no world row. Currencies are never added: a cell
-- that has figures in two of them has not been answered. In dollars a world row is its partners' dollars and what is left
-- of it, turned into dollars at once: so partners and rest make the total to the cent, and the rest has its own sign.
-- Weight and quantity have the same rules by themselves: a partner with a value and no weight leaves the total to the world row.
-- A world row that is less than its partners is no total of theirs, and quantities in two units have none.
{{ config(meta={'grows': {'key': 'cell_id', 'over': 'stg_trade_latest', 'of': 'stg_trade_seen', 'by': 'cell_id'}}) }}
with total as (
    select
        cell_id,
        max(country_codes) as country_codes,
        min(country_codes) <> max(country_codes) as several_code_systems,
        min(currency) <> max(currency) as several_currencies,
        max(case when partner_kind = 'group' and partner_role = 'partner' then partner end) as standing_group,
        max(currency) as currency,
        max(usd_per_unit) as usd_per_unit,
        min(currency) = max(currency)
        and max(case when status = 'reported' and value is not null then 1 else 0 end) = 1 as answered,
        sum(case when partner_role = 'world' then value end) as world_value,
        sum(case when partner_role = 'partner' then value end) as partners_value,
        coalesce(sum(case when partner_role = 'partner' and partner is not null then value end), 0) as known_partners_value,
        sum(case when partner_role = 'world' then duty_usd end) as world_duty_usd,
        sum(case when partner_role = 'partner' then value_usd end) as partners_usd,
        sum(case when partner_role = 'partner' and partner is not null then value_usd end) as known_partners_usd,
        sum(case when partner_role = 'partner' and partner is not null then duty_usd end) as known_duty_usd,
        sum(case when partner_role = 'partner' and value is not null then 1 else 0 end) as n_partners,
        sum(case when partner_role = 'partner' and value is null then 1 else 0 end) as n_unreported,
        {%- for m in physical() %}
        sum(case when partner_role = 'world' then {{ m.amount }} end) as world_{{ m.end }},
        sum(case when partner_role = 'partner' then {{ m.amount }} end) as partners_{{ m.end }},
        count(case when partner_role = 'partner' then {{ m.amount }} end) as n_partners_{{ m.end }},
        {%- endfor %}
        max(case when partner_role in ('partner', 'world') then quantity_unit end) as quantity_unit,
        min(case when partner_role in ('partner', 'world') then quantity_unit end)
        < max(case when partner_role in ('partner', 'world') then quantity_unit end) as several_units,
        max(evidence_rank) as evidence_rank,
        max(known_from) as data_vintage
    from {{ ref('stg_trade_latest') }}
    group by cell_id
),

name as (
    select distinct cell_id, {{ cell_columns() }} from {{ ref('stg_trade_seen') }}
),

listed_whole as (
    select distinct cell_id from {{ ref('stg_trade_scope') }} where partner_code is null
),

listed as (
    select
        total.*,
        listed_whole.cell_id is not null and n_partners + n_unreported > 0 as all_partners
    from total
    left join listed_whole on total.cell_id = listed_whole.cell_id
),

ranked as (
    select
        listed.*,
        {{ total_rank('all_partners', 'world_value') }} as denominator_rank
        {%- for m in physical() %},
        {{ total_rank('all_partners', 'world_' ~ m.end) }} as denominator_rank_{{ m.end }}
        {%- endfor %}
    from listed
),

judged as (
    select
        ranked.*,
        denominator_rank <> 2 and n_unreported = 0 as by_partner
        {%- for m in physical() %},
        denominator_rank_{{ m.end }} <> 2 and n_partners_{{ m.end }} = n_partners + n_unreported as by_partner_{{ m.end }}
        {%- endfor %}
    from ranked
)

select
    judged.cell_id,
    {{ cell_columns('name.') }},
    country_codes,
    several_code_systems,
    several_currencies,
    standing_group,
    answered,
    all_partners,
    n_partners > 0 as partners_given,
    cast(n_partners as {{ dbt.type_bigint() }}) as n_partners,
    cast(n_unreported as {{ dbt.type_bigint() }}) as n_unreported,
    denominator_rank,
    currency,
    usd_per_unit,
    case when by_partner then partners_value else world_value end as denominator_value,
    known_partners_value,
    case
        when by_partner then partners_usd
        else coalesce(known_partners_usd, 0)
            + {{ in_usd('(world_value - known_partners_value)', 'currency', 'usd_per_unit') }}
    end as denominator_usd,
    known_partners_usd,
    world_duty_usd,
    known_duty_usd,
    {%- for m in physical() %}
    denominator_rank_{{ m.end }},
    n_partners_{{ m.end }} > 0 as partners_given_{{ m.end }},
    case
        {%- if m.end == 'quantity' %}
        when several_units then null
        {%- endif %}
        when by_partner_{{ m.end }} then partners_{{ m.end }}
        when world_{{ m.end }} >= coalesce(partners_{{ m.end }}, 0) then world_{{ m.end }}
    end as denominator_{{ m.end }},
    {%- endfor %}
    case when not several_units then quantity_unit end as quantity_unit,
    evidence_rank,
    data_vintage
from judged
inner join name on judged.cell_id = name.cell_id
