-- Capital expenditure by fiscal quarter as filings gave it first and last. A quarter that cannot be built, and a company
-- without quarters, has a row that says why.
with quarter as (
    select * from {{ ref('capex_quarter') }}
),

placed as (
    select
        quarter.*,
        row_number() over by_time as place,
        count(*) over (partition by company_id, measure, currency, fiscal_year, fiscal_quarter) as n_rows,
        case when value is not null then row_number() over (
            partition by company_id, measure, currency, fiscal_year, fiscal_quarter, value is null order by known_from
        ) end as first_place
    from quarter
    window by_time as (
        partition by company_id, measure, currency, fiscal_year, fiscal_quarter order by known_from
    )
),

measured as (
    select
        company_id, currency, fiscal_year, fiscal_quarter, measure,
        {% for name, place in [('first', 'first_place = 1'), ('last', 'place = n_rows')] %}
        max(case when {{ place }} then value end) as {{ name }}_value,
        max(case when {{ place }} then definition end) as {{ name }}_definition,
        max(case when {{ place }} then method end) as {{ name }}_method,
        max(case when {{ place }} then accession end) as {{ name }}_accession,
        max(case when {{ place }} then accession_minus end) as {{ name }}_accession_minus,
        max(case when {{ place }} then form end) as {{ name }}_form,
        max(case when {{ place }} then filed end) as {{ name }}_filed,
        max(case when {{ place }} then rounding_unit end) as {{ name }}_unit,
        {% endfor %}
        max(case when place = n_rows then period_start end) as period_start,
        max(case when place = n_rows then period_end end) as period_end,
        max(case when place = n_rows then reason end) as reason,
        max(case when first_place = 1 or (place = n_rows and value is not null) then data_vintage end) as data_vintage,
        max(case when first_place = 1 or (place = n_rows and value is not null) then evidence_rank end) as evidence_rank,
        max(case when first_place = 1 or (place = n_rows and value is not null) then source end) as source
    from placed
    group by company_id, currency, fiscal_year, fiscal_quarter, measure
),

used as (
    select
        company_id, currency, fiscal_year, fiscal_quarter,
        coalesce(max(case when measure = 'ppe' then period_start end), min(period_start)) as period_start,
        coalesce(max(case when measure = 'ppe' then period_end end), max(period_end)) as period_end,
        {% for name in ['first', 'last'] %}
        {% for column in ['value', 'definition', 'method', 'accession', 'accession_minus', 'form', 'filed', 'unit'] %}
        max(case when measure = 'ppe' then {{ name }}_{{ column }} end) as {{ name }}_{{ column }},
        {% endfor %}
        {% for measure in ['finance_lease', 'ppe_proceeds'] %}
        max(case when measure = '{{ measure }}' then {{ name }}_value end) as {{ measure }}_{{ name }},
        {% endfor %}
        {% endfor %}
        max(case when measure = 'ppe' then reason end) as reason,
        max(data_vintage) as data_vintage,
        max(evidence_rank) as evidence_rank,
        max(source) as source
    from measured
    group by company_id, currency, fiscal_year, fiscal_quarter
),

-- the quarters that the periods of a company's fiscal year cover
fact as (
    select
        fact.*,
        min(case when form in {{ capex_foreign_annual_forms() }} then 1 else 0 end) over (partition by company_id) = 1
            as only_foreign_annual
    from {{ ref('capex_fact') }} as fact
    where reason is null
),

year_seen as (
    select
        company_id, currency, fiscal_year,
        min(fiscal_year_start) as fiscal_year_start, max(last_quarter) as last_quarter
    from fact
    where not only_foreign_annual
    group by company_id, currency, fiscal_year
),

expected as (
    select
        year_seen.company_id, year_seen.currency, year_seen.fiscal_year, quarter.number as fiscal_quarter,
        cast({{ dbt.dateadd('month', '3 * (quarter.number - 1)', 'year_seen.fiscal_year_start') }} as date) as period_start,
        cast({{ dbt.dateadd('day', -1, dbt.dateadd('month', '3 * quarter.number', 'year_seen.fiscal_year_start')) }} as date)
            as period_end
    from year_seen
    cross join (select 1 as number union all select 2 union all select 3 union all select 4) as quarter
    where quarter.number <= year_seen.last_quarter
),

told as (
    select
        expected.company_id, expected.currency, expected.fiscal_year, expected.fiscal_quarter,
        coalesce(used.period_start, expected.period_start) as period_start,
        coalesce(used.period_end, expected.period_end) as period_end,
        {% for name in ['first', 'last'] %}
        {% for column in ['value', 'definition', 'method', 'accession', 'accession_minus', 'form', 'filed', 'unit'] %}
        used.{{ name }}_{{ column }},
        {% endfor %}
        used.finance_lease_{{ name }}, used.ppe_proceeds_{{ name }},
        {% endfor %}
        case when used.last_value is null
            then coalesce(used.reason, 'no value of these three months: only longer periods are known')
        end as reason,
        used.data_vintage, used.evidence_rank, used.source
    from expected
    left join used
        on {{ same('expected', 'used', ['company_id', 'currency', 'fiscal_year', 'fiscal_quarter']) }}
),

-- companies of which no quarter can be told
silent as (
    select
        company.company_id,
        case
            when company.cik is null then 'files no reports with the SEC'
            when max(case when fact.only_foreign_annual then 1 end) = 1
                then 'annual reports only (form 20-F or 40-F): see capex_annual'
            when max(refused.reason) is not null then 'no fact can be used: ' || min(refused.reason)
            else 'no facts read yet'
        end as reason
    from {{ ref('company') }} as company
    left join fact on company.company_id = fact.company_id
    left join {{ ref('capex_fact') }} as refused on company.company_id = refused.company_id and refused.reason is not null
    where company.company_id not in (select company_id from year_seen)
    group by company.company_id, company.cik
)

select
    company.company_id as company,
    company.name as company_name,
    told.currency,
    cast(told.fiscal_year as integer) as fiscal_year,
    cast(told.fiscal_quarter as integer) as fiscal_quarter,
    told.period_start,
    told.period_end,
    {{ capex_calendar_quarter('told.period_start', 'told.period_end') }} as calendar_quarter,
    cast(told.first_value as {{ type_money() }}) as ppe_first,
    cast(told.last_value as {{ type_money() }}) as ppe_latest,
    cast(told.finance_lease_first as {{ type_money() }}) as finance_lease_first,
    cast(told.finance_lease_last as {{ type_money() }}) as finance_lease_latest,
    cast(told.ppe_proceeds_first as {{ type_money() }}) as ppe_proceeds_first,
    cast(told.ppe_proceeds_last as {{ type_money() }}) as ppe_proceeds_latest,
    cast(told.last_value + told.finance_lease_last as {{ type_money() }}) as ppe_and_finance_lease,
    {{ capex_differs('told.last_value', 'told.first_value', 'told.last_unit', 'told.first_unit') }} as restated,
    told.first_method as method_first,
    case when told.last_value is not null then told.last_method end as method_latest,
    told.first_definition as definition_first,
    case when told.last_value is not null then told.last_definition end as definition_latest,
    told.first_accession as accession_first,
    told.first_accession_minus as accession_minus_first,
    case when told.last_value is not null then told.last_accession end as accession_latest,
    case when told.last_value is not null then told.last_accession_minus end as accession_minus_latest,
    told.first_form as form_first,
    case when told.last_value is not null then told.last_form end as form_latest,
    told.first_filed as filed_first,
    case when told.last_value is not null then told.last_filed end as filed_latest,
    cast(case when told.last_value is not null then told.last_unit else told.first_unit end as integer) as rounding_unit,
    coalesce(told.reason, silent.reason) as reason,
    told.source,
    told.data_vintage,
    {{ evidence_name('told.evidence_rank') }} as evidence
from {{ ref('company') }} as company
left join told on company.company_id = told.company_id
left join silent on company.company_id = silent.company_id
