-- Capital expenditure by fiscal year as companies' filings gave it first and last; currencies stand apart and are never
-- converted.
with fact as (
    select * from {{ ref('capex_fact') }} where reason is null and span_quarters = 4
),

placed as (
    select
        fact.*,
        row_number() over (
            partition by company_id, currency, fiscal_year, measure
            order by known_from, concept_rank, accession, period_end desc, period_start desc
        ) as first_place,
        row_number() over (
            partition by company_id, currency, fiscal_year, measure
            order by known_from desc, concept_rank, accession desc, period_end desc, period_start desc
        ) as last_place
    from fact
),

measured as (
    select
        company_id, currency, fiscal_year, measure,
        {% for name in ['first', 'last'] %}
        max(case when {{ name }}_place = 1 then value end) as {{ name }}_value,
        max(case when {{ name }}_place = 1 then concept end) as {{ name }}_concept,
        max(case when {{ name }}_place = 1 then accession end) as {{ name }}_accession,
        max(case when {{ name }}_place = 1 then form end) as {{ name }}_form,
        max(case when {{ name }}_place = 1 then filed end) as {{ name }}_filed,
        max(case when {{ name }}_place = 1 then rounding_unit end) as {{ name }}_unit,
        {% endfor %}
        max(case when last_place = 1 then period_start end) as period_start,
        max(case when last_place = 1 then period_end end) as period_end,
        count(*) as n_filings,
        max(case when first_place = 1 or last_place = 1 then vintage_at end) as data_vintage,
        max(case when first_place = 1 or last_place = 1 then evidence_rank end) as evidence_rank,
        max(case when last_place = 1 then source end) as source
    from placed
    group by company_id, currency, fiscal_year, measure
),

used as (
    select
        company_id, currency, fiscal_year,
        min(period_start) as period_start,
        max(period_end) as period_end,
        {% for column in ['first_value', 'last_value', 'first_unit', 'last_unit', 'first_concept', 'last_concept',
            'first_accession', 'last_accession', 'first_form', 'last_form', 'first_filed', 'last_filed', 'n_filings'] %}
        max(case when measure = 'ppe' then {{ column }} end) as {{ column }},
        {% endfor %}
        {% for measure in ['finance_lease', 'ppe_proceeds'] %}
        max(case when measure = '{{ measure }}' then first_value end) as {{ measure }}_first,
        max(case when measure = '{{ measure }}' then last_value end) as {{ measure }}_latest,
        {% endfor %}
        max(data_vintage) as data_vintage,
        max(evidence_rank) as evidence_rank,
        max(source) as source
    from measured
    group by company_id, currency, fiscal_year
),

currency_count as (
    select company_id, count(distinct currency) as n_currencies from fact group by company_id
)

select
    used.company_id as company,
    company.name as company_name,
    used.currency,
    case when currency_count.n_currencies = 1 then true end as is_reporting_currency,
    used.fiscal_year,
    used.period_start,
    used.period_end,
    cast(used.first_value as {{ type_money() }}) as ppe_first,
    cast(used.last_value as {{ type_money() }}) as ppe_latest,
    cast(used.finance_lease_first as {{ type_money() }}) as finance_lease_first,
    cast(used.finance_lease_latest as {{ type_money() }}) as finance_lease_latest,
    cast(used.ppe_proceeds_first as {{ type_money() }}) as ppe_proceeds_first,
    cast(used.ppe_proceeds_latest as {{ type_money() }}) as ppe_proceeds_latest,
    cast(used.last_value + used.finance_lease_latest as {{ type_money() }}) as ppe_and_finance_lease,
    {{ capex_differs('used.last_value', 'used.first_value', 'used.last_unit', 'used.first_unit') }} as restated,
    used.first_concept as definition_first,
    used.last_concept as definition_latest,
    used.first_accession as accession_first,
    used.last_accession as accession_latest,
    used.first_form as form_first,
    used.last_form as form_latest,
    used.first_filed as filed_first,
    used.last_filed as filed_latest,
    cast(used.last_unit as integer) as rounding_unit,
    cast(used.n_filings as integer) as n_filings,
    used.source,
    used.data_vintage,
    {{ evidence_name('used.evidence_rank') }} as evidence
from used
inner join {{ ref('company') }} as company on used.company_id = company.company_id
inner join currency_count on used.company_id = currency_count.company_id
