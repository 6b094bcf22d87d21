-- One row a cell: whether the source answered it, how whole the answer is, and what its total is.
-- A total is the sum of the partners where all are listed, else the source's world row, else the partners listed; it
-- is NULL where a partner's figure was blank or suppressed and there is no world row. Currencies are never added: a cell
-- that has figures in two of them has not been answered. In dollars a world row is its partners' dollars and what is left
-- of it, turned into dollars at once: so partners and rest make the total to the cent, and the rest has its own sign.
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

ranked as (
    select
        total.*,
        listed_whole.cell_id is not null and n_partners + n_unreported > 0 as all_partners,
        case
            when listed_whole.cell_id is not null and n_partners + n_unreported > 0 then 1
            when world_value is not null then 2
            else 3
        end as denominator_rank
    from total
    left join listed_whole on total.cell_id = listed_whole.cell_id
),

judged as (
    select ranked.*, denominator_rank <> 2 and n_unreported = 0 as by_partner
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
    evidence_rank,
    data_vintage
from judged
inner join name on judged.cell_id = name.cell_id
