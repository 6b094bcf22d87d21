-- How much of a basket can at most have passed unchanged through a connector on its way from the origin to the reporter: code by
-- code the lesser of what the connector took and what it sent on, added up. Only codes with both legs known count.
with summed as (
    select
        basket.basket_id, basket.basket_version, basket.is_current_version, basket.n_codes,
        pair.reporter, pair.connector, pair.partner_definition, pair.side, pair.import_basis, pair.export_basis,
        pair.level, pair.period, pair.period_type,
        count(pair.import_usd) as n_codes_import,
        count(pair.export_usd) as n_codes_export,
        count(pair.upper_bound_usd) as n_codes_both,
        sum(pair.upper_bound_usd) as upper_bound_usd,
        sum(case when pair.upper_bound_usd is not null then pair.import_usd end) as import_usd,
        sum(case when pair.upper_bound_usd is not null then pair.export_usd end) as export_usd,
        coalesce(sum(case when pair.upper_bound_usd is not null then pair.n_import_cells + pair.n_export_cells end), 0) as n_obs,
        string_agg(distinct pair.source, '+' order by pair.source) as sources,
        max(pair.evidence_rank) as evidence_rank,
        max(pair.data_vintage) as data_vintage
    from {{ ref('stg_rerouting_code') }} as pair
    inner join {{ ref('basket_member') }} as member on pair.level = member.level and pair.code = member.code
    inner join {{ ref('stg_basket_version') }} as basket
        on member.basket_id = basket.basket_id and member.version = basket.basket_version
    group by
        basket.basket_id, basket.basket_version, basket.is_current_version, basket.n_codes,
        pair.reporter, pair.connector, pair.partner_definition, pair.side, pair.import_basis, pair.export_basis,
        pair.level, pair.period, pair.period_type
),

judged as (
    select summed.*, n_codes_both >= {{ var('coverage_floor') }} * n_codes as may_share
    from summed
)

select
    reporter,
    connector,
    partner_definition,
    basket_id,
    basket_version,
    is_current_version,
    'value' as measure,
    {{ two_bases() }} as flow_basis,
    level,
    side,
    import_basis,
    export_basis,
    period,
    period_type,
    cast(upper_bound_usd as {{ type_money() }}) as upper_bound_usd,
    case when may_share then {{ share_of('upper_bound_usd', 'export_usd') }} end as upper_bound_share,
    cast(import_usd as {{ type_money() }}) as import_usd,
    cast(export_usd as {{ type_money() }}) as export_usd,
    case
        when n_codes_import = 0 then 'the imports of ' || connector || ' from ' || partner_definition || ' are not known'
        when n_codes_export = 0 then 'the exports of ' || connector || ' to ' || reporter || ' are not known'
        when n_codes_both = 0 then 'no code has both legs known'
        when not may_share then 'both legs are known of ' || n_codes_both || ' of ' || n_codes || ' codes: no share'
        when export_usd = 0 then connector || ' sent nothing: no share'
    end as note,
    cast(n_codes_both as integer) as n_codes_both,
    cast(n_codes as integer) as n_codes,
    round(cast(n_codes_both as {{ type_double() }}) / n_codes, 12) as coverage_codes,
    cast(n_obs as integer) as n_obs,
    'derived' as method_status,
    {{ each_once('sources') }} as source,
    data_vintage,
    {{ evidence_name('evidence_rank') }} as evidence
from judged
