-- Whether a connector sends more to the reporter in the months in which it takes more inputs from the origin: the slope of the
-- monthly change of the logarithm of one on that of the other, over 36 months. A change is between two months in a row, of one
-- source and basis, in which every code of the basket has an answer. The sums are exact, so their order does not matter.
with import_month as (
    {{ basket_with_coverage('import') }}
    and basket.period_type = 'M' and basket.n_codes_answered = basket.n_codes
),

export_month as (
    {{ basket_with_coverage('export') }}
    and basket.period_type = 'M' and basket.n_codes_answered = basket.n_codes
    and basket.flow_basis in {{ whole_export_bases() }}
),

shared as (
    select distinct basket_id, version as basket_version from {{ ref('basket_member') }} where level in {{ shared_levels() }}
),

reporter as (
    select distinct reporter from {{ ref('stg_basket') }} where flow = 'import'
),

input_month as (
    select import_month.*
    from import_month
    inner join shared on {{ same('import_month', 'shared', ['basket_id', 'basket_version']) }}
    inner join {{ ref('connector') }} as connector on import_month.reporter = connector.connector
    where
        import_month.is_current_version
        and import_month.basket_id in (select input_basket_id from {{ ref('input_basket') }})
),

exposed as (
    {{ exposed_by_definition('input_month') }}
),

input as (
    select
        month.reporter as connector, month.flow_basis as import_basis, month.basket_id, month.basket_version, month.source,
        month.evidence_rank, month.data_vintage, {{ month_number('month.period') }} as month, exposed.partner_definition,
        exposed.exposed_usd as value_usd
    from input_month as month
    inner join exposed on month.basket_period_id = exposed.basket_period_id
),

output as (
    select
        'own' as side, reporter.reporter, month.reporter as connector, month.flow_basis as export_basis, month.basket_id,
        month.basket_version, month.is_current_version, month.coverage_codes, month.source, month.evidence_rank,
        month.data_vintage, month.period, {{ month_number('month.period') }} as month, partner.value_usd
    from export_month as month
    inner join {{ ref('connector') }} as connector on month.reporter = connector.connector
    inner join {{ ref('stg_basket_partner') }} as partner on month.basket_period_id = partner.basket_period_id
    inner join reporter on partner.partner = reporter.reporter and month.reporter <> reporter.reporter
    union all
    select
        'mirror', month.reporter, partner.partner, month.flow_basis, month.basket_id,
        month.basket_version, month.is_current_version, month.coverage_codes, month.source, month.evidence_rank,
        month.data_vintage, month.period, {{ month_number('month.period') }}, partner.value_usd
    from import_month as month
    inner join {{ ref('stg_basket_partner') }} as partner on month.basket_period_id = partner.basket_period_id
    inner join {{ ref('connector') }} as connector
        on partner.partner = connector.connector and month.reporter <> connector.connector
),

input_change as (
    select this_month.*, {{ log_change('this_month', 'month_before') }} as change
    from input as this_month
    inner join input as month_before
        on {{ same('this_month', 'month_before', [
            'connector', 'import_basis', 'basket_id', 'basket_version', 'partner_definition', 'source',
        ]) }}
        and this_month.month = month_before.month + 1
),

output_change as (
    select this_month.*, {{ log_change('this_month', 'month_before') }} as change
    from output as this_month
    inner join shared on {{ same('this_month', 'shared', ['basket_id', 'basket_version']) }}
    inner join output as month_before
        on {{ same('this_month', 'month_before', [
            'side', 'reporter', 'connector', 'export_basis', 'basket_id', 'basket_version', 'source',
        ]) }}
        and this_month.month = month_before.month + 1
),

pair as (
    select
        sent.reporter, sent.connector, taken.partner_definition, sent.basket_id, sent.basket_version, sent.is_current_version,
        taken.basket_id as input_basket_id, taken.basket_version as input_basket_version, sent.side, taken.import_basis,
        sent.export_basis, sent.period, sent.month, sent.coverage_codes, sent.source as export_source,
        taken.source as import_source, taken.change as x, sent.change as y,
        greatest(taken.evidence_rank, sent.evidence_rank) as evidence_rank,
        greatest(taken.data_vintage, sent.data_vintage) as data_vintage
    from output_change as sent
    inner join {{ ref('input_basket') }} as link on sent.basket_id = link.basket_id
    inner join input_change as taken
        on sent.connector = taken.connector and link.input_basket_id = taken.basket_id and sent.month = taken.month
    left join {{ ref('partner_definition') }} as origin
        on taken.partner_definition = origin.partner_definition and origin.partner in (sent.reporter, sent.connector)
    where sent.change is not null and taken.change is not null and origin.partner is null
),

summed as (
    select
        pair.*,
        count(*) over recent as n,
        cast(sum(x) over recent as {{ type_double() }}) as sum_x,
        cast(sum(y) over recent as {{ type_double() }}) as sum_y,
        cast(sum(x * x) over recent as {{ type_double() }}) as sum_xx,
        cast(sum(y * y) over recent as {{ type_double() }}) as sum_yy,
        cast(sum(x * y) over recent as {{ type_double() }}) as sum_xy,
        min(period) over recent as first_period,
        max(evidence_rank) over recent as weakest_rank,
        max(data_vintage) over recent as newest_vintage
    from pair
    window recent as (
        partition by
            reporter, connector, partner_definition, basket_id, basket_version, input_basket_id, input_basket_version, side,
            import_basis, export_basis, import_source, export_source
        order by month
        range between 35 preceding and current row
    )
),

spread as (
    select summed.*, n * sum_xx - sum_x * sum_x as spread_x, n * sum_yy - sum_y * sum_y as spread_y,
        n * sum_xy - sum_x * sum_y as spread_xy
    from summed
)

select
    reporter,
    connector,
    partner_definition,
    basket_id,
    basket_version,
    is_current_version,
    input_basket_id,
    input_basket_version,
    'value' as measure,
    {{ two_bases() }} as flow_basis,
    side,
    import_basis,
    export_basis,
    period,
    'M' as period_type,
    first_period,
    case when n >= {{ var('link_floor') }} and spread_x > 0.000000001 then round(spread_xy / spread_x, 9) end as slope,
    case when n >= {{ var('link_floor') }} and spread_x > 0.000000001 and spread_y > 0.000000001
        then round(spread_xy * spread_xy / (spread_x * spread_y), 9) end as r_squared,
    case
        when n < {{ var('link_floor') }} then n || ' pairs of changes in 36 months: fewer than ' || {{ var('link_floor') }}
        when spread_x <= 0.000000001 then 'the changes of imports do not vary'
    end as note,
    coverage_codes,
    cast(n as integer) as n_obs,
    'estimated' as method_status,
    {{ each_once("import_source || '+' || export_source") }} as source,
    newest_vintage as data_vintage,
    {{ evidence_name('weakest_rank') }} as evidence
from spread
