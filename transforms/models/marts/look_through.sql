-- The first round behind the direct share: what connectors send holds inputs of the origin. Of each connector its share of the
-- reporter's imports, times the part of its imports of the inputs that comes from the origin, times the part of the goods' cost
-- that imported inputs are. That part is no customs figure: without it the estimate is NULL, and only what it would be a part of
-- is told.
with basket as (
    {{ basket_with_coverage('import') }}
    and basket.period_type in {{ passing_periods() }}
),

cells as (
    {{ cells_of('basket') }}
),

exposed as (
    {{ exposed_by_definition('basket') }}
),

shared as (
    select
        basket.*, exposed.partner_definition, cells.n_cells,
        {{ share_of('exposed.exposed_usd', 'basket.denominator_usd') }} as origin_share
    from basket
    inner join cells on basket.basket_period_id = cells.basket_period_id
    inner join exposed on basket.basket_period_id = exposed.basket_period_id
    where basket.may_share
),

input as (
    select
        shared.*,
        row_number() over (
            partition by reporter, basket_id, partner_definition, period, period_type order by flow_basis
        ) as place
    from shared
    where is_current_version and origin_share is not null
),

weighed as (
    select
        shared.basket_period_id, shared.partner_definition, link.input_basket_id, part.connector, part.connector_share,
        input.n_cells, input.source, input.evidence_rank, input.data_vintage,
        cost.cost_share,
        case
            when part.connector_share = 0 then 0
            else cast(round(part.connector_share * input.origin_share, 12) as {{ type_share() }})
        end as input_share,
        case
            when part.connector_share = 0 then 0
            else cast(
                round(part.connector_share * input.origin_share * cast(cost.cost_share as {{ type_double() }}), 12)
                as {{ type_share() }}
            )
        end as added_share
    from shared
    inner join {{ ref('input_basket') }} as link on shared.basket_id = link.basket_id
    inner join {{ ref('stg_interval_connector') }} as part
        on shared.basket_period_id = part.basket_period_id and shared.partner_definition = part.partner_definition
        and part.side = 'mirror'
    left join input
        on part.connector = input.reporter and link.input_basket_id = input.basket_id and input.place = 1
        and {{ same('shared', 'input', ['partner_definition', 'period', 'period_type']) }}
    left join {{ ref('input_cost_share') }} as cost
        on part.connector = cost.connector and link.basket_id = cost.basket_id and link.input_basket_id = cost.input_basket_id
),

joined as (
    select
        basket_period_id, partner_definition, input_basket_id,
        count(*) as n_connectors,
        count(input_share) as n_inputs_known,
        count(added_share) as n_known,
        cast(sum(input_share) as {{ type_share() }}) as input_share,
        cast(sum(added_share) as {{ type_share() }}) as added_share,
        string_agg(case when input_share is null then connector end, ' ' order by connector) as without_inputs,
        string_agg(case when connector_share <> 0 and cost_share is null then connector end, ' ' order by connector)
            as without_cost,
        coalesce(sum(n_cells), 0) as n_cells,
        string_agg(distinct source, '+' order by source) as sources,
        max(evidence_rank) as evidence_rank,
        max(data_vintage) as data_vintage
    from weighed
    group by basket_period_id, partner_definition, input_basket_id
),

judged as (
    select
        shared.*,
        joined.input_basket_id, version.basket_version as input_basket_version, joined.n_connectors, joined.n_inputs_known,
        joined.n_known, joined.input_share, joined.added_share, joined.without_inputs, joined.without_cost,
        joined.n_cells as n_input_cells, joined.sources as input_sources, joined.evidence_rank as input_evidence_rank,
        joined.data_vintage as input_data_vintage,
        joined.n_inputs_known >= {{ var('coverage_floor') }} * joined.n_connectors as enough_inputs,
        joined.n_known >= {{ var('coverage_floor') }} * joined.n_connectors as enough
    from joined
    inner join shared
        on joined.basket_period_id = shared.basket_period_id and joined.partner_definition = shared.partner_definition
    inner join {{ ref('stg_basket_version') }} as version
        on joined.input_basket_id = version.basket_id and version.is_current_version
)

select
    reporter,
    partner_definition,
    basket_id,
    basket_version,
    is_current_version,
    input_basket_id,
    input_basket_version,
    'value' as measure,
    flow_basis,
    period,
    period_type,
    origin_share as direct_share,
    case when enough_inputs then cast(input_share as {{ type_double() }}) end as input_share,
    case when enough then cast(cast(origin_share as {{ type_share() }}) + added_share as {{ type_double() }}) end
        as look_through_share,
    cast(n_inputs_known as integer) as n_connectors_inputs_known,
    cast(n_known as integer) as n_connectors_known,
    cast(n_connectors as integer) as n_connectors,
    without_inputs as connectors_missing,
    case
        when origin_share is null then 'the share of ' || partner_definition || ' is not known'
        when not enough_inputs
            then 'what part of the inputs is of ' || partner_definition || ' is not known of ' || without_inputs
        when not enough then 'what part of the cost the inputs are is not known of ' || without_cost
    end as note,
    {{ denominator_name('denominator_rank') }} as denominator,
    coverage_codes,
    cast(n_cells + n_input_cells as integer) as n_obs,
    'estimated' as method_status,
    {{ each_once("source || coalesce('+' || input_sources, '')") }} as source,
    greatest(data_vintage, coalesce(input_data_vintage, data_vintage)) as data_vintage,
    {{ evidence_name('greatest(evidence_rank, coalesce(input_evidence_rank, evidence_rank))') }} as evidence
from judged
