-- Exports of a basket by partner, from both sides, which are never mixed: `own` is what the exporter's customs says, `mirror`
-- what the partner's customs says it imported from there, on the importer's basis. ROW closes the own side: the total less
-- the partners with a figure, all of it where the exporter gives no partners. A mirror knows no total.
-- A view: the names of a basket and period are the same for all its partners.
{{ config(materialized='view') }}
{% set partner %}case when told.flow = 'export' then filled.partner else told.reporter end{% endset %}
with told as (
    select
        basket.*,
        before.before_id,
        round(cast(basket.n_codes_answered as {{ type_double() }}) / basket.n_codes, 12) as coverage_codes,
        basket.n_codes_answered >= {{ var('coverage_floor') }} * basket.n_codes as is_covered
    from {{ ref('stg_basket') }} as basket
    inner join {{ ref('stg_basket_before') }} as before on basket.basket_period_id = before.basket_period_id
    where basket.flow_basis <> 'RE_EXP_ORIGIN'
),

filled as (
    select basket_period_id, partner, value_usd
    from {{ ref('stg_basket_partner') }}
    where partner in (select iso3 from {{ ref('country') }})
    union all
    select basket_period_id, 'ROW', value_usd from {{ ref('stg_basket_rest') }}
)

select
    case when told.flow = 'export' then told.reporter else filled.partner end as reporter,
    {{ partner }} as partner,
    {{ partner }} as partner_definition,
    told.basket_id,
    told.basket_version,
    told.is_current_version,
    'value' as measure,
    told.flow_basis,
    case when told.flow = 'export' then 'own' else 'mirror' end as side,
    told.period,
    told.period_type,
    cast(filled.value_usd as {{ type_money() }}) as value_usd,
    {{ growth_of('filled.value_usd', 'earlier_partner.value_usd') }} as growth,
    case
        when told.flow = 'export' and told.is_covered and told.partners_given
            then {{ share_of('filled.value_usd', 'told.denominator_usd') }}
    end as share,
    {{ share_of('filled.value_usd', 'world.world_usd') }} as world_share,
    cast(case when told.flow = 'export' then told.denominator_usd end as {{ type_money() }}) as total_usd,
    case
        when told.flow = 'export' and told.denominator_rank < 3 and earlier.denominator_rank < 3
            then {{ growth_of('told.denominator_usd', 'earlier.denominator_usd') }}
    end as total_growth,
    {{ share_of('world.own_usd', 'world.world_usd') }} as total_world_share,
    cast(world.world_usd as {{ type_money() }}) as world_usd,
    cast(world.n_reporters as integer) as world_reporters,
    world.world_source,
    case when told.flow = 'export' then {{ denominator_name('told.denominator_rank') }} end as denominator,
    told.coverage_codes,
    cast(told.n_obs as integer) as n_obs,
    case
        when told.n_obs = 1 and told.method in ('month', 'agency') and told.currency = 'USD' and filled.partner <> 'ROW'
            then 'reported'
        else 'derived'
    end as method_status,
    told.method as cy_method,
    case
        when filled.value_usd is null then 'a figure of one of the codes is not known'
        when told.flow = 'import' then 'imports of the partners give no total of the exporter'
        when not told.is_covered then 'too few of the codes have figures'
        when not told.partners_given then 'the figures give no partners'
        when told.denominator_usd is null then 'the total is not known'
        when told.denominator_usd <= 0 then 'the total is zero'
    end as note,
    case
        when filled.partner = 'ROW' then 'the rest is of other partners each time'
        when told.before_id is null then 'no figures of the same codes and source a year before'
        when earlier_partner.value_usd is null then 'no figure a year before'
        when earlier_partner.value_usd <= 0 then 'nothing a year before'
    end as growth_note,
    case
        when told.flow = 'import' then 'imports of the partners give no exports of the world'
        when world.basket_period_id is null then 'no source gives exports of all countries'
        else world.world_note
    end as world_note,
    told.source,
    told.currency,
    greatest(
        told.data_vintage, coalesce(earlier.data_vintage, told.data_vintage), coalesce(world.data_vintage, told.data_vintage)
    ) as data_vintage,
    {{ evidence_name(
        'greatest(told.evidence_rank, coalesce(earlier.evidence_rank, told.evidence_rank),'
        ~ ' coalesce(world.evidence_rank, told.evidence_rank))'
    ) }} as evidence
from told
inner join filled on told.basket_period_id = filled.basket_period_id
left join {{ ref('stg_basket_partner') }} as earlier_partner
    on told.before_id = earlier_partner.basket_period_id and filled.partner = earlier_partner.partner
left join {{ ref('stg_basket') }} as earlier on told.before_id = earlier.basket_period_id
left join {{ ref('stg_basket_world') }} as world on told.basket_period_id = world.basket_period_id
where told.flow = 'export' or (filled.partner <> 'ROW' and filled.partner <> told.reporter)
