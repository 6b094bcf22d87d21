-- Between what a reporter takes from the origin directly and what it can at most take in all: the direct share, the share scaled
-- to what firms are known to reroute, and the bound. The three stand in one row or the last two are NULL: a bound that leaves out
-- too many connectors is none.
with basket as (
    {{ basket_with_coverage('import') }}
    and basket.period_type in {{ passing_periods() }}
),

ratio as (
    select
        ratio_id, source,
        round(cast(firm_level_percent as {{ type_double() }}) / cast(product_level_percent as {{ type_double() }}), 12) as k
    from {{ ref('firm_level_ratio') }}
    where ratio_id = '{{ var("firm_level_ratio") }}'
),

known as (
    select
        basket_period_id, partner_definition, side, connector, added_share, n_obs,
        cast(connector_share as {{ type_share() }}) as connector_share,
        added_share is not null as is_known,
        case when added_share is not null then import_basis end as import_basis,
        case when added_share is not null then export_basis end as export_basis,
        case when added_share is not null then source end as source,
        evidence_rank, data_vintage
    from {{ ref('stg_interval_connector') }}
),

joined as (
    select
        basket_period_id, partner_definition, side,
        count(*) as n_connectors,
        count(added_share) as n_known,
        sum(added_share) as added_share,
        string_agg(case when not is_known then connector end, ' ' order by connector) as connectors_missing,
        sum(case when is_known then connector_share end) as connector_share,
        case
            when count(connector_share) = count(*) then coalesce(sum(case when not is_known then connector_share end), 0)
        end as missing_share,
        string_agg(distinct import_basis, '+' order by import_basis) as import_basis,
        string_agg(distinct export_basis, '+' order by export_basis) as export_basis,
        sum(case when is_known then n_obs else 0 end) as n_obs,
        string_agg(distinct source, '+' order by source) as sources,
        max(case when is_known then evidence_rank end) as evidence_rank,
        max(case when is_known then data_vintage end) as data_vintage
    from known
    group by basket_period_id, partner_definition, side
),

cells as (
    {{ cells_of('basket') }}
),

direct as (
    {{ exposed_by_definition('basket') }}
),

judged as (
    select
        basket.*,
        joined.partner_definition, joined.side, joined.n_connectors, joined.n_known, joined.added_share,
        joined.connectors_missing, joined.connector_share, joined.missing_share, joined.import_basis, joined.export_basis,
        joined.n_obs as n_leg_obs, joined.sources, joined.evidence_rank as leg_evidence_rank,
        joined.data_vintage as leg_data_vintage,
        cells.level, cells.n_cells,
        cast({{ share_of('direct.exposed_usd', 'basket.denominator_usd') }} as {{ type_share() }}) as direct_share,
        joined.n_known >= {{ var('coverage_floor') }} * joined.n_connectors as enough
    from joined
    inner join basket on joined.basket_period_id = basket.basket_period_id
    inner join cells on joined.basket_period_id = cells.basket_period_id
    inner join direct
        on joined.basket_period_id = direct.basket_period_id and joined.partner_definition = direct.partner_definition
)

select
    judged.reporter,
    judged.partner_definition,
    judged.basket_id,
    judged.basket_version,
    judged.is_current_version,
    'value' as measure,
    judged.flow_basis,
    judged.level,
    judged.side,
    judged.period,
    judged.period_type,
    cast(judged.denominator_usd as {{ type_money() }}) as import_usd,
    cast(judged.direct_share as {{ type_double() }}) as direct_share,
    case when judged.enough then cast(
        judged.direct_share + cast(round(ratio.k * cast(judged.added_share as {{ type_double() }}), 12) as {{ type_share() }})
        as {{ type_double() }}) end as firm_scaled_share,
    case when judged.enough then cast(judged.direct_share + judged.added_share as {{ type_double() }}) end as bound_share,
    ratio.k,
    ratio.ratio_id as k_id,
    ratio.source as k_source,
    cast(judged.n_known as integer) as n_connectors_known,
    cast(judged.n_connectors as integer) as n_connectors,
    judged.connectors_missing,
    cast(judged.connector_share as {{ type_double() }}) as connector_share,
    cast(judged.missing_share as {{ type_double() }}) as missing_share,
    case
        when judged.direct_share is null then 'the share of ' || judged.partner_definition || ' is not known'
        when not judged.enough
            then 'known of ' || judged.n_known || ' of ' || judged.n_connectors || ' connectors: too few for a bound'
        when judged.n_known < judged.n_connectors then 'the bound is of the connectors known'
    end as note,
    {{ denominator_name('judged.denominator_rank') }} as denominator,
    judged.import_basis,
    judged.export_basis,
    judged.coverage_codes,
    cast(judged.n_cells + judged.n_leg_obs as integer) as n_obs,
    'estimated' as method_status,
    {{ each_once("judged.source || coalesce('+' || judged.sources, '')") }} as source,
    greatest(judged.data_vintage, coalesce(judged.leg_data_vintage, judged.data_vintage)) as data_vintage,
    {{ evidence_name('greatest(judged.evidence_rank, coalesce(judged.leg_evidence_rank, judged.evidence_rank))') }} as evidence
from judged
cross join ratio
