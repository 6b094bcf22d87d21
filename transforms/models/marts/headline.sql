-- The few figures people ask for first. The seed names the query, never the value; a query that names no version of its
-- basket means the current one. A query of one partner takes that partner's share in place of the definition's; the latest
-- period is the newest with a share of whom the query is about. The band is the range of the same figure under other
-- definitions: the basket's narrower and wider relatives where it has some, else the partner definitions. It never crosses a
-- basis, a period or a kind of total, and is no confidence interval.
with asked as (
    select
        headline.*,
        version.basket_version as asked_version,
        coalesce(headline.partner, headline.partner_definition) as whose
    from {{ ref('headline_query') }} as headline
    left join {{ ref('stg_basket_version') }} as version
        on headline.basket_id = version.basket_id
        and (
            headline.basket_version = version.basket_version
            or (headline.basket_version is null and version.is_current_version)
        )
),

-- named first: looking among all partners of all baskets takes longer than all else
partner_asked as (
    select *
    from {{ ref('import_share') }}
    where measure = 'value'
        and partner in (select partner from {{ ref('headline_query') }} where partner is not null)
        and basket_id in (select basket_id from {{ ref('headline_query') }} where partner is not null)
),

-- of a basket and period all but the share is the same for every partner and definition
figure as (
    select
        asked.headline_id,
        exposure.import_usd,
        exposure.coverage_codes,
        exposure.n_obs,
        exposure.n_codes_answered,
        exposure.n_codes,
        exposure.denominator,
        exposure.source,
        exposure.data_vintage,
        exposure.evidence,
        exposure.period as answered_period,
        partner.partner as answered_partner,
        case when asked.partner is null then exposure.share else partner.share end as share,
        case when asked.partner is null then exposure.exposed_usd else partner.value_usd end as exposed_usd
    from asked
    inner join {{ ref('exposure') }} as exposure
        on exposure.measure = 'value'
        and {{ same('asked', 'exposure', ['reporter', 'basket_id', 'flow_basis', 'period_type']) }}
        and coalesce(asked.partner_definition, 'CHN') = exposure.partner_definition
        and asked.asked_version = exposure.basket_version
        and asked.period in ('latest', cast(exposure.period as {{ dbt.type_string() }}))
    left join partner_asked as partner
        on asked.partner = partner.partner
        and asked.asked_version = partner.basket_version
        and exposure.period = partner.period
        and {{ same('asked', 'partner', ['reporter', 'basket_id', 'flow_basis', 'period_type']) }}
),

ranked as (
    select
        asked.*,
        {%- for name in [
            'import_usd', 'coverage_codes', 'n_obs', 'n_codes_answered', 'n_codes', 'denominator', 'source', 'data_vintage',
            'evidence', 'answered_period', 'answered_partner', 'share', 'exposed_usd',
        ] %}
        figure.{{ name }},
        {%- endfor %}
        coalesce(cast(figure.answered_period as {{ dbt.type_string() }}), nullif(asked.period, 'latest')) as period_text,
        row_number() over (partition by asked.headline_id order by figure.answered_period desc nulls last) as place
    from asked
    left join figure
        on asked.headline_id = figure.headline_id and (asked.period <> 'latest' or figure.share is not null)
),

answer as (
    select * from ranked where place = 1
),

-- the same figure under every definition of its band that has one
alternative as (
    select
        answer.headline_id,
        'baskets' as band_over,
        relative.place,
        relative.basket_id as name,
        exposure.share
    from answer
    inner join {{ ref('basket_band') }} as own on answer.basket_id = own.basket_id
    inner join {{ ref('basket_band') }} as relative on own.band_id = relative.band_id
    inner join {{ ref('exposure') }} as exposure
        on relative.basket_id = exposure.basket_id
        and exposure.measure = 'value'
        and {{ same('answer', 'exposure', ['reporter', 'flow_basis', 'partner_definition', 'period_type', 'denominator']) }}
        and answer.answered_period = exposure.period
        and case
            when relative.basket_id = answer.basket_id then exposure.basket_version = answer.asked_version
            else exposure.is_current_version
        end
    where answer.share is not null and answer.partner is null and exposure.share is not null
    union all
    select
        answer.headline_id, 'partner definitions', length(exposure.partner_definition), exposure.partner_definition,
        exposure.share
    from answer
    inner join {{ ref('exposure') }} as exposure
        on exposure.measure = 'value'
        and {{ same('answer', 'exposure', ['reporter', 'basket_id', 'flow_basis', 'period_type', 'denominator']) }}
        and answer.answered_period = exposure.period
        and answer.asked_version = exposure.basket_version
    left join {{ ref('basket_band') }} as own on answer.basket_id = own.basket_id
    where answer.share is not null and answer.partner is null and exposure.share is not null and own.basket_id is null
),

band as (
    select
        headline_id,
        min(share) as band_low,
        max(share) as band_high,
        band_over || ' ' || string_agg(name, ', ' order by place, name) as band_definition
    from alternative
    group by headline_id, band_over
    having count(*) > 1
)

select
    answer.headline_id as id,
    answer.position,
    {% if var('home_kind') == 'sample' %}'sample: ' || {% endif %}answer.label
    || coalesce(', ' || {{ period_words('answer.period_text', 'answer.period_type') }}, '') || ', ' || answer.flow_basis
    || case when answer.denominator = 'partners_listed' then ', of the partners listed' else '' end as label,
    answer.share as value,
    'share of 1' as unit,
    band.band_low,
    band.band_high,
    band.band_definition,
    answer.basket_id,
    answer.asked_version as basket_version,
    answer.reporter,
    answer.partner,
    answer.whose as partner_definition,
    'value' as measure,
    answer.flow_basis,
    answer.answered_period as period,
    answer.period_type,
    answer.whose || ' / ' || coalesce(answer.denominator, 'total') || ', '
    || answer.reporter || ' imports of ' || answer.basket_id || ' ' || answer.asked_version || ', ' || answer.flow_basis || ', '
    || answer.period_type || ' ' || coalesce(cast(answer.answered_period as {{ dbt.type_string() }}), answer.period)
    || coalesce(
        ', ' || cast(answer.n_codes_answered as {{ dbt.type_string() }}) || ' of '
        || cast(answer.n_codes as {{ dbt.type_string() }}) || ' codes', ''
    ) as definition,
    answer.exposed_usd,
    answer.import_usd,
    answer.coverage_codes,
    answer.n_obs,
    case when answer.answered_period is not null then 'derived' end as method_status,
    answer.evidence,
    answer.source,
    answer.data_vintage,
    case
        when answer.share is not null then null
        when answer.answered_period is null and answer.period = 'latest' then 'no period has figures enough for a share'
        when answer.answered_period is null then 'no figures for this basket, basis and period'
        when answer.coverage_codes < {{ var('coverage_floor') }} then 'too few of the codes have figures'
        when answer.import_usd is null then 'the total is not known'
        when answer.import_usd = 0 then 'the total is zero'
        when answer.partner is not null and answer.answered_partner is null then 'the figures do not name the partner'
        when answer.partner is not null and answer.exposed_usd is null then 'the figure of the partner is not known'
        when answer.exposed_usd is null then 'a partner of the definition was not asked for'
        else 'the figures give no partners'
    end as note
from answer
left join band on answer.headline_id = band.headline_id
