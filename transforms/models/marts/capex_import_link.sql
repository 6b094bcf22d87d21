-- US imports of a basket against the capital expenditure of a group of firms, twelve months to a quarter's end: as an index,
-- since the spending is global and the imports are not. The index runs among quarters of the same firms, codes and
-- source and is 100 in the first of them. The excess is what was imported beyond 2023 grown like all other imports.
{% set base_period = "cast('2023-12-01' as date)" %}
with covered as (
    {{ basket_with_coverage('import') }}
),

import as (
    select
        covered.*,
        codes.answered_codes,
        cast({{ dbt.dateadd('month', -2, 'covered.period') }} as date) as calendar_quarter,
        case
            {{ when_imports_unknown('covered') }}
            when covered.denominator_usd <= 0 then 'the imports are zero'
        end as import_reason
    from covered
    inner join {{ ref('stg_basket_codes') }} as codes on covered.basket_period_id = codes.basket_period_id
    where covered.reporter = 'USA' and covered.period_type = 'TTM' and extract(month from covered.period) in (3, 6, 9, 12)
),

spent as (
    select
        last.company_group, last.calendar_quarter, last.companies, last.companies_missing, last.n_companies,
        sum(quarter.value_usd) as value_usd,
        count(*) as n_quarters,
        min(quarter.companies) = max(quarter.companies) as same_companies,
        max({{ evidence_rank('quarter.evidence') }}) as evidence_rank,
        max(quarter.data_vintage) as data_vintage
    from {{ ref('capex_total') }} as last
    inner join {{ ref('capex_total') }} as quarter
        on last.company_group = quarter.company_group
        and quarter.calendar_quarter <= last.calendar_quarter
        and quarter.calendar_quarter >= {{ dbt.dateadd('month', -9, 'last.calendar_quarter') }}
    group by
        last.company_group, last.calendar_quarter, last.companies, last.companies_missing, last.n_companies
),

spent_year as (
    select
        spent.*,
        case
            when n_quarters < 4 then 'fewer than four quarters of capital expenditure are known'
            when not same_companies then 'the four quarters do not hold the same firms'
            when value_usd <= 0 then 'the capital expenditure is zero'
        end as capex_reason
    from spent
),

linked as (
    select
        import.*,
        company_group.company_group,
        spent_year.companies,
        spent_year.companies_missing,
        spent_year.n_companies,
        case when spent_year.capex_reason is null then spent_year.value_usd end as capex_usd,
        spent_year.evidence_rank as capex_evidence_rank,
        spent_year.data_vintage as capex_vintage,
        case
            when import.import_reason is not null then import.import_reason
            when spent_year.company_group is null then 'the capital expenditure of the quarter is not known'
            else spent_year.capex_reason
        end as index_reason
    from import
    cross join (select distinct company_group from {{ ref('capex_group') }}) as company_group
    left join spent_year
        on company_group.company_group = spent_year.company_group
        and import.calendar_quarter = spent_year.calendar_quarter
),

compared as (
    select
        linked.*,
        case when index_reason is null
            then cast(denominator_usd as {{ type_double() }}) / cast(capex_usd as {{ type_double() }})
        end as intensity
    from linked
),

based as (
    select
        compared.*,
        first_value(intensity) over series as base_intensity,
        first_value(calendar_quarter) over series as base_quarter,
        first_value(greatest(data_vintage, capex_vintage)) over series as base_vintage,
        first_value(greatest(evidence_rank, capex_evidence_rank)) over series as base_evidence_rank,
        count(intensity) over (
            partition by basket_number, flow_basis, company_group, companies, source, answered_codes, denominator_rank
        ) as n_quarters
    from compared
    window series as (
        partition by basket_number, flow_basis, company_group, companies, source, answered_codes, denominator_rank
        order by case when intensity is null then 1 else 0 end, calendar_quarter
        rows between unbounded preceding and unbounded following
    )
),

beside as (
    select
        based.*,
        total.value_usd - based.denominator_usd as other_usd,
        base.denominator_usd as base_usd,
        base_total.value_usd - base.denominator_usd as base_other_usd,
        case when total.value_usd is not null and base_total.value_usd is not null
            then greatest(total.evidence_rank, base_total.evidence_rank, base.evidence_rank)
        end as total_evidence_rank,
        case when total.value_usd is not null and base_total.value_usd is not null
            then greatest(total.data_vintage, base_total.data_vintage, base.data_vintage)
        end as total_vintage,
        case
            when based.import_reason is not null then based.import_reason
            when based.period < {{ base_period }} then 'the twelve months end before the base year does'
            when base.basket_period_id is null then 'no imports of 2023 with the same codes and source'
            when base.denominator_usd is null then 'the imports of 2023 are not known in dollars'
            when total.value_usd is null then 'imports of all goods are not at hand from the same source'
            when base_total.value_usd is null then 'imports of all goods in 2023 are not at hand from the same source'
            when base_total.value_usd <= base.denominator_usd or total.value_usd < based.denominator_usd
                then 'imports of all goods leave none beside the basket'
        end as excess_reason
    from based
    left join import as base
        on {{ same('based', 'base', ['basket_number', 'flow_basis', 'source', 'answered_codes', 'denominator_rank']) }}
        and base.period = {{ base_period }}
    left join {{ ref('import_total') }} as total
        on {{ same('based', 'total', ['reporter', 'flow_basis', 'source', 'period']) }}
    left join {{ ref('import_total') }} as base_total
        on {{ same('based', 'base_total', ['reporter', 'flow_basis', 'source']) }}
        and base_total.period = {{ base_period }}
),

told as (
    select
        beside.*,
        case when excess_reason is null
            then cast(other_usd as {{ type_double() }}) / cast(base_other_usd as {{ type_double() }})
        end as other_ratio
    from beside
)

select
    reporter,
    {{ all_partners() }} as partner_definition,
    basket_id,
    basket_version,
    is_current_version,
    'value' as measure,
    flow_basis,
    company_group,
    calendar_quarter,
    period,
    period_type,
    cast(case when denominator_rank < 3 then denominator_usd end as {{ type_money() }}) as import_usd,
    cast(capex_usd as {{ type_money() }}) as capex_usd,
    companies,
    companies_missing,
    cast(n_companies as integer) as n_companies,
    round(100 * intensity / base_intensity, 9) as intensity_index,
    case when intensity is not null then base_quarter end as base_quarter,
    cast(case when intensity is not null then n_quarters end as integer) as n_quarters,
    index_reason,
    round(other_ratio, 12) as other_import_ratio,
    cast(
        case when excess_reason is null
            then cast(denominator_usd as {{ type_double() }}) - cast(base_usd as {{ type_double() }}) * other_ratio
        end as {{ type_money() }}
    ) as excess_usd,
    excess_reason,
    coverage_codes,
    cast(n_obs as integer) as n_obs,
    'derived' as method_status,
    case when excess_reason is null then 'estimated' end as excess_method_status,
    source,
    greatest(
        data_vintage, capex_vintage, total_vintage, case when intensity is not null then base_vintage end
    ) as data_vintage,
    {{ evidence_name(
        'greatest(evidence_rank, capex_evidence_rank, total_evidence_rank,'
        ~ ' case when intensity is not null then base_evidence_rank end)'
    ) }} as evidence
from told
