{{ config(severity='warn') }}
-- The quarters known when a year was last filed make that year, to one rounding unit a quarter: of one concept.
-- By construction they do, unless a company's own quarters contradict its year to date; that is reported here.
with year as (
    select
        company_id, measure, concept, currency, fiscal_year, known_from, value, rounding_unit,
        row_number() over (
            partition by company_id, measure, concept, currency, fiscal_year order by known_from desc, accession desc
        ) as place
    from {{ ref('capex_fact') }}
    where reason is null and span_quarters = 4
)

select
    year.company_id, year.measure, year.concept, year.currency, year.fiscal_year, year.value,
    sum(quarter.value) as added
from year
inner join {{ ref('capex_quarter') }} as quarter
    on year.company_id = quarter.company_id
    and year.measure = quarter.measure
    and year.concept = quarter.definition
    and year.currency = quarter.currency
    and year.fiscal_year = quarter.fiscal_year
    and quarter.known_from <= year.known_from
    and (quarter.known_to is null or quarter.known_to > year.known_from)
where year.place = 1
group by year.company_id, year.measure, year.concept, year.currency, year.fiscal_year, year.value, year.rounding_unit
having count(quarter.value) = 4 and abs(sum(quarter.value) - year.value) > 4 * max(quarter.rounding_unit)
