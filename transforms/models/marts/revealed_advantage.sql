-- Balassa's revealed comparative advantage: a basket's part of a country's exports over its part of the world's. All four
-- figures are from one source, basis and period; without all goods of the country or of the world there is none.
with advantage as (
    select
        basket.*,
        world.world_source,
        world.world_note,
        world.own_usd,
        world.world_usd,
        total.total_usd,
        goods.world_usd as world_total_usd,
        least(world.n_reporters, goods.n_reporters) as n_reporters,
        goods.n_reporters < {{ var('world_reporters_floor') }}
        or goods.silent_usd > {{ var('world_silent_ceiling') }} * goods.before_usd as is_no_world,
        greatest(world.data_vintage, total.data_vintage, goods.data_vintage) as used_vintage,
        greatest(world.evidence_rank, total.evidence_rank, goods.evidence_rank) as used_rank
    from {{ ref('stg_basket') }} as basket
    inner join {{ ref('stg_basket_world') }} as world on basket.basket_period_id = world.basket_period_id
    left join {{ ref('stg_export_total') }} as total
        on world.world_source = total.source
        and {{ same('basket', 'total', ['flow_basis', 'period', 'period_type', 'reporter']) }}
        and total.level = 'TOTAL'
    left join {{ ref('stg_export_world') }} as goods
        on world.world_source = goods.source
        and {{ same('basket', 'goods', ['flow_basis', 'period', 'period_type']) }}
        and goods.level = 'TOTAL'
),

judged as (
    select
        *,
        case
            when n_codes_answered < {{ var('coverage_floor') }} * n_codes then 'too few of the codes have figures'
            when world_note is not null then world_note
            when total_usd is null then 'the exports of all goods are not known'
            when is_no_world then 'too few countries report all goods for a world'
            when total_usd <= 0 or world_usd <= 0 then 'a total is zero'
        end as note,
        (cast(own_usd as {{ type_double() }}) / nullif(total_usd, 0))
        / (cast(nullif(world_usd, 0) as {{ type_double() }}) / nullif(world_total_usd, 0)) as ratio
    from advantage
)

select
    reporter,
    {{ all_partners() }} as partner_definition,
    basket_id,
    basket_version,
    is_current_version,
    'value' as measure,
    flow_basis,
    period,
    period_type,
    cast(own_usd as {{ type_money() }}) as export_usd,
    cast(total_usd as {{ type_money() }}) as total_export_usd,
    cast(world_usd as {{ type_money() }}) as world_export_usd,
    cast(case when not is_no_world then world_total_usd end as {{ type_money() }}) as world_total_export_usd,
    cast(n_reporters as integer) as world_reporters,
    case when note is null then round(ratio, 9) end as rca,
    case when note is null then round((ratio - 1) / (ratio + 1), 9) end as rsca,
    round(cast(n_codes_answered as {{ type_double() }}) / n_codes, 12) as coverage_codes,
    cast(n_obs as integer) as n_obs,
    'derived' as method_status,
    note,
    world_source as source,
    coalesce(used_vintage, data_vintage) as data_vintage,
    {{ evidence_name('coalesce(used_rank, evidence_rank)') }} as evidence
from judged
