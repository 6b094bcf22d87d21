-- What a connector adds to the exposure of a reporter at most: its share of the reporter's imports, times the most of its
-- exports to the reporter that can come from the origin. Both are of the same codes, level, period and kind of period; where the
-- two legs are not known for every code that the reporter's share is made of, the connector is missing. Of a connector with
-- several bases the first by name is taken.
with basket as (
    {{ basket_with_coverage('import') }}
    and basket.period_type in {{ passing_periods() }}
),

wanted as (
    select
        basket.basket_period_id, basket.reporter, basket.flow_basis, basket.period, basket.period_type,
        basket.n_codes_answered, basket.n_whole_codes, basket.denominator_usd, member.level, member.code
    from basket
    inner join {{ ref('basket_member') }} as member
        on basket.basket_id = member.basket_id and basket.basket_version = member.version
    inner join {{ ref('stg_trade_period') }} as period
        on member.level = period.level and member.code = period.code
        and {{ same('basket', 'period', ['reporter', 'flow', 'flow_basis', 'period', 'period_type']) }}
    where basket.may_share and member.level in {{ shared_levels() }}
),

base as (
    select distinct basket_period_id, reporter, n_codes_answered, n_whole_codes, denominator_usd from wanted
),

summed as (
    select
        wanted.basket_period_id, pair.partner_definition, pair.side, pair.connector, pair.import_basis, pair.export_basis,
        count(pair.upper_bound_usd) as n_codes_both,
        sum(pair.upper_bound_usd) as upper_bound_usd,
        sum(case when pair.upper_bound_usd is not null then pair.export_usd end) as export_usd,
        sum(pair.n_import_cells + case when pair.side = 'own' then pair.n_export_cells else 0 end) as n_obs,
        string_agg(distinct pair.source, '+' order by pair.source) as sources,
        max(pair.evidence_rank) as evidence_rank,
        max(pair.data_vintage) as data_vintage
    from wanted
    inner join {{ ref('stg_rerouting_code') }} as pair
        on {{ same('wanted', 'pair', ['reporter', 'level', 'code', 'period', 'period_type']) }}
        and (pair.side = 'own' or pair.export_basis = wanted.flow_basis)
    group by
        wanted.basket_period_id, pair.partner_definition, pair.side, pair.connector, pair.import_basis, pair.export_basis
),

ranked as (
    select
        summed.*,
        row_number() over (
            partition by basket_period_id, partner_definition, side, connector
            order by n_codes_both desc, import_basis, export_basis
        ) as place
    from summed
),

side as (
    select basket_period_id, 'mirror' as side from base
    union all
    select distinct basket_period_id, 'own' from summed where side = 'own' and n_codes_both > 0
),

definition as (
    select distinct partner_definition from {{ ref('partner_definition') }}
),

asked as (
    select
        base.basket_period_id, base.n_codes_answered, base.denominator_usd, definition.partner_definition,
        side.side, connector.connector,
        case
            when partner.basket_period_id is not null then partner.value_usd
            when base.n_whole_codes = base.n_codes_answered then 0
        end as connector_usd
    from base
    inner join side on base.basket_period_id = side.basket_period_id
    cross join definition
    inner join {{ ref('connector') }} as connector on base.reporter <> connector.connector
    left join {{ ref('partner_definition') }} as origin
        on definition.partner_definition = origin.partner_definition
        and origin.partner in (base.reporter, connector.connector)
    left join {{ ref('stg_basket_partner') }} as partner
        on base.basket_period_id = partner.basket_period_id and connector.connector = partner.partner
    where origin.partner is null
),

weighed as (
    select
        asked.*,
        ranked.import_basis, ranked.export_basis, ranked.n_codes_both, ranked.n_obs, ranked.sources, ranked.evidence_rank,
        ranked.data_vintage,
        {{ share_of('asked.connector_usd', 'asked.denominator_usd') }} as connector_share,
        case when ranked.n_codes_both = asked.n_codes_answered
            then {{ share_of('ranked.upper_bound_usd', 'ranked.export_usd') }}
        end as upper_bound_share
    from asked
    left join ranked
        on {{ same('asked', 'ranked', ['basket_period_id', 'partner_definition', 'side', 'connector']) }}
        and ranked.place = 1
),

added as (
    select
        weighed.*,
        case
            when connector_share = 0 then 0
            else cast(round(connector_share * upper_bound_share, 12) as {{ type_share() }})
        end as added_share
    from weighed
)

select
    basket_period_id,
    partner_definition,
    side,
    connector,
    import_basis,
    export_basis,
    connector_share,
    upper_bound_share,
    cast(added_share as {{ type_share() }}) as added_share,
    case
        when added_share is not null then null
        when connector_share is null then 'its share of the imports is not known'
        when n_codes_both is null then 'it has no answer on both legs'
        when n_codes_both < n_codes_answered
            then 'both legs are known of ' || n_codes_both || ' of the ' || n_codes_answered || ' codes of the share'
        else 'by its own figures it sent nothing'
    end as reason,
    coalesce(n_obs, 0) as n_obs,
    {{ each_once('sources') }} as source,
    evidence_rank,
    data_vintage
from added
