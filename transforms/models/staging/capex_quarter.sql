-- A fiscal quarter as it was known from day to day: what was filed last answers, of whichever concept, never a sum.
with candidate as (
    select * from {{ ref('capex_candidate') }}
),

-- what the filings themselves said last of these three months, on the day a difference could be made
told as (
    select
        candidate.*,
        direct.value as direct_value,
        direct.rounding_unit as direct_unit,
        row_number() over (
            partition by candidate.company_id, candidate.concept, candidate.currency, candidate.fiscal_year,
                candidate.fiscal_quarter, candidate.method, candidate.period_start, candidate.period_end,
                candidate.accession, candidate.known_from
            order by direct.known_from desc nulls last, direct.accession desc, direct.period_end desc,
                direct.period_start desc
        ) as newest
    from candidate
    left join candidate as direct
        on candidate.method = 'ytd_diff'
        and direct.method = 'direct'
        and {{ same('candidate', 'direct', ['company_id', 'concept', 'currency', 'fiscal_year', 'fiscal_quarter']) }}
        and direct.known_from <= candidate.known_from
),

-- a difference that rounding explains confirms the value told and does not replace it
event as (
    select
        told.*,
        min(case when value is not null then known_from end) over by_quarter as first_value_from,
        min(case when value is not null and method = 'direct' then known_from end) over by_quarter as first_direct_from,
        min(case when value is not null then concept_rank end) over so_far as lowest_rank,
        max(case when value is not null then concept_rank end) over so_far as highest_rank
    from told
    where newest = 1
        and (
            direct_value is null
            or coalesce({{ capex_differs('value', 'direct_value', 'rounding_unit', 'direct_unit') }}, true)
        )
    window
        by_quarter as (partition by company_id, measure, currency, fiscal_year, fiscal_quarter),
        so_far as (
            partition by company_id, measure, currency, fiscal_year, fiscal_quarter
            order by known_from range between unbounded preceding and current row
        )
),

-- a refused difference ends only an earlier difference of its own concept
counted as (
    select *
    from event
    where value is not null
        or coalesce(first_value_from > known_from, true)
        or (
            refusal <> 'predecessor'
            and coalesce(first_direct_from > known_from, true)
            and lowest_rank = concept_rank
            and highest_rank = concept_rank
        )
),

placed as (
    select
        counted.*,
        row_number() over (
            partition by company_id, measure, currency, fiscal_year, fiscal_quarter, known_from
            order by
                case when value is null then 1 else 0 end,
                concept_rank, case when method = 'direct' then 0 else 1 end, accession desc,
                period_end desc, period_start desc
        ) as place
    from counted
)

select
    company_id, cik, measure, concept as definition, currency, fiscal_year, fiscal_quarter, fiscal_year_start,
    period_start, period_end,
    {{ capex_calendar_quarter('period_start', 'period_end') }} as calendar_quarter,
    method, value, rounding_unit, accession, accession_minus, form, filed,
    known_from,
    lead(known_from) over (
        partition by company_id, measure, currency, fiscal_year, fiscal_quarter order by known_from
    ) as known_to,
    refusal, reason, document_id, vintage_at as data_vintage,
    {{ evidence_name('evidence_rank') }} as evidence, evidence_rank, source
from placed
where place = 1
