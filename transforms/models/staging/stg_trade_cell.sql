-- One row a cell: whether the source answered it, how whole the answer is, and what its total is.
-- A total is the sum of the partners where all are listed, else the source's world row, else the partners listed; it
-- is NULL where a partner's figure was blank or suppressed and there is no world row.
with total as (
    select
        cell_id,
        max(country_codes) as country_codes,
        max(case when partner_kind = 'group' and partner_role = 'partner' then partner end) as standing_group,
        max(case when status = 'reported' and value_usd is not null then 1 else 0 end) = 1 as answered,
        sum(case when partner_role = 'world' then value_usd end) as world_usd,
        sum(case when partner_role = 'world' then duty_usd end) as world_duty_usd,
        sum(case when partner_role = 'partner' then value_usd end) as partners_usd,
        sum(case when partner_role = 'partner' and partner is not null then value_usd end) as known_partners_usd,
        sum(case when partner_role = 'partner' and partner is not null then duty_usd end) as known_duty_usd,
                sum(case when partner_role = 'partner' and value_usd is not null then 1 else 0 end) as n_partners,
        sum(case when partner_role = 'partner' and value_usd is null then 1 else 0 end) as n_unreported,
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
            when world_usd is not null then 2
            else 3
        end as denominator_rank
    from total
    left join listed_whole on total.cell_id = listed_whole.cell_id
)

select
    ranked.cell_id,
    {{ cell_columns('name.') }},
    country_codes,
    standing_group,
    answered,
    all_partners,
    n_partners > 0 as partners_given,
    cast(n_partners as {{ dbt.type_bigint() }}) as n_partners,
    cast(n_unreported as {{ dbt.type_bigint() }}) as n_unreported,
    denominator_rank,
    case
        when denominator_rank = 2 then world_usd
        when n_unreported = 0 then partners_usd
        when denominator_rank = 1 then world_usd
    end as denominator_usd,
    known_partners_usd,
    world_duty_usd,
    known_duty_usd,
    evidence_rank,
    data_vintage
from ranked
inner join name on ranked.cell_id = name.cell_id
