-- Published figures beside what the same definition gives here: match within the tolerance, miss, or not computable and why.
-- A total or a partner's value needs every code of the basket; a share or a total needs a world total, not that of the
-- partners asked for. A figure worked out of a recording of its own publication is an identity and counts for nothing.
with published as (
    select
        figure.*,
        split_part(basket, '@', 1) as basket_id,
        nullif(split_part(basket, '@', 2), '') as basket_version,
        coalesce(partner_definition, '') as partners
    from {{ ref('published_figure') }} as figure
),

asked as (
    select distinct basket_id, basket_version, measure, flow, flow_basis, partners as partner_definition, period_type
    from published
    where why_not is null and basket_id is not null
),

{{ measured_from_asked(['import', 'export']) }},

concentration as (
    select distinct reporter, basket_id, basket_version, measure, flow_basis, period, period_type, hhi, cr3
    from {{ ref('exposure') }}
),

found as (
    select
        published.*,
        measured.basket_version as answered_version,
        case published.statistic
            when 'share' then measured.share
            when 'numerator' then cast(measured.numerator as {{ type_double() }})
            when 'denominator' then cast(measured.denominator as {{ type_double() }})
            when 'hhi' then concentration.hhi
            when 'cr3' then concentration.cr3
        end as figure_found,
        case
            when published.why_not is not null then published.why_not
            when published.statistic not in ('share', 'numerator', 'denominator', 'hhi', 'cr3')
                then 'this statistic is not worked out here: ' || published.statistic
            when published.measure not in ({{ measure_names() }})
                then 'this measure is not held here: ' || published.measure
            when measured.reporter is null then 'no figures for this basket, basis and period'
            when published.statistic in ('share', 'denominator') and measured.denominator_kind = 'partners_listed'
                then 'the figures have only the partners asked for, no world total'
            when published.statistic in ('numerator', 'denominator') and measured.n_codes_answered < measured.n_codes
                then 'only ' || cast(measured.n_codes_answered as {{ dbt.type_string() }}) || ' of '
                    || cast(measured.n_codes as {{ dbt.type_string() }}) || ' codes have figures'
            when published.statistic = 'share' and measured.share is null then measured.reason
            when published.statistic = 'numerator' and measured.numerator is null
                then 'a partner of the definition is neither listed nor asked for'
            when published.statistic = 'denominator' and measured.denominator is null then 'the total is not known'
            when published.statistic = 'hhi' and concentration.hhi is null then 'not every partner is listed'
            when published.statistic = 'cr3' and concentration.cr3 is null then 'not every partner is listed'
        end as reason,
        measured.n_obs,
        measured.coverage_codes,
        measured.source as data_source,
        measured.data_vintage,
        measured.evidence
    from published
    left join measured
        on {{ same('published', 'measured', [
            'basket_id', 'measure', 'flow', 'flow_basis', 'reporter', 'period', 'period_type',
        ]) }}
        and (
            published.basket_version = measured.basket_version
            or (published.basket_version is null and measured.is_current_version)
        )
        and published.partners = measured.partner_definition
        and published.why_not is null
    left join concentration
        on measured.flow = 'import'
        and {{ same('measured', 'concentration', [
            'reporter', 'basket_id', 'basket_version', 'measure', 'flow_basis', 'period', 'period_type',
        ]) }}
),

compared as (
    select
        found.*,
        case when reason is null then figure_found end as computed,
        case when reason is null then round(figure_found - cast(value as {{ type_double() }}), 9) end as difference
    from found
),

judged as (
    select
        compared.*,
        case
            when reason is not null then 'not_computable'
            when difference >= -tolerance and (relation = 'at_least' or difference <= tolerance) then 'match'
            else 'miss'
        end as outcome,
        recorded_from is not null and reason is null and evidence in ('recorded', 'rebuilt') as is_identity
    from compared
)

select
    figure_id,
    publication,
    citation,
    mark,
    claim,
    basket_id,
    coalesce(answered_version, basket_version) as basket_version,
    measure,
    flow,
    flow_basis,
    coalesce(partner_definition, {{ all_partners() }}) as partner_definition,
    reporter,
    period,
    period_type,
    statistic,
    relation,
    cast(value as {{ type_double() }}) as published,
    computed,
    difference,
    cast(tolerance as {{ type_double() }}) as tolerance,
    tolerance_reason,
    unit,
    outcome,
    is_identity,
    is_negative,
    outcome <> 'not_computable' and not is_identity and not is_negative as counts,
    reason,
    recorded_from,
    n_obs,
    coverage_codes,
    case when computed is not null then 'derived' end as method_status,
    data_source as source,
    data_vintage,
    evidence
from judged
