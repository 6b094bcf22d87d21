-- The few figures people ask for first. The seed names the query, never the value; a query that names no version of its
-- basket means the current one.
with asked as (
    select
        query.*,
        version.basket_version as asked_version,
        exposure.share,
        exposure.exposed_usd,
        exposure.import_usd,
        exposure.coverage_codes,
        exposure.n_codes_answered,
        exposure.n_codes,
        exposure.denominator,
        exposure.source,
        exposure.data_vintage,
        exposure.evidence,
        exposure.period as answered_period,
        coalesce(cast(exposure.period as {{ dbt.type_string() }}), nullif(query.period, 'latest')) as period_text,
        row_number() over (partition by query.headline_id order by exposure.period desc nulls last) as place
    from {{ ref('headline_query') }} as query
    left join {{ ref('stg_basket_version') }} as version
        on query.basket_id = version.basket_id
        and (
            query.basket_version = version.basket_version
            or (query.basket_version is null and version.is_current_version)
        )
    left join {{ ref('exposure') }} as exposure
        on exposure.measure = 'value'
        and {{ same('query', 'exposure', ['reporter', 'basket_id', 'flow_basis', 'partner_definition', 'period_type']) }}
        and version.basket_version = exposure.basket_version
        and (
            query.period = cast(exposure.period as {{ dbt.type_string() }})
            or (query.period = 'latest' and exposure.share is not null)
        )
)

select
    asked.headline_id as id,
    asked.position,
    {% if var('home_kind') == 'sample' %}'sample: ' || {% endif %}asked.label
    || coalesce(', ' || {{ period_words('asked.period_text', 'asked.period_type') }}, '') || ', ' || asked.flow_basis
    || case when asked.denominator = 'partners_listed' then ', of the partners listed' else '' end as label,
    asked.share as value,
    'share of 1' as unit,
    asked.basket_id,
    asked.asked_version as basket_version,
    asked.answered_period as period,
    asked.period_type,
    asked.partner_definition || ' / ' || coalesce(asked.denominator, 'total') || ', ' || asked.reporter || ' imports of '
    || asked.basket_id || ' ' || asked.asked_version || ', ' || asked.flow_basis || ', '
    || asked.period_type || ' ' || coalesce(cast(asked.answered_period as {{ dbt.type_string() }}), asked.period)
    || coalesce(
        ', ' || cast(asked.n_codes_answered as {{ dbt.type_string() }}) || ' of '
        || cast(asked.n_codes as {{ dbt.type_string() }}) || ' codes', ''
    ) as definition,
    asked.exposed_usd,
    asked.import_usd,
    asked.evidence,
    asked.source,
    asked.data_vintage,
    case
        when asked.share is not null then null
        when asked.answered_period is null and asked.period = 'latest' then 'no period has figures enough for a share'
        when asked.answered_period is null then 'no figures for this basket, basis and period'
        when asked.coverage_codes < {{ var('coverage_floor') }} then 'too few of the codes have figures'
        when asked.import_usd is null then 'the total is not known'
        when asked.import_usd = 0 then 'the total is zero'
        when asked.exposed_usd is null then 'a partner of the definition was not asked for'
        else 'the figures give no partners'
    end as note
from asked
where asked.place = 1
