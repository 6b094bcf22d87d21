-- Every fact on capital expenditure, once a filing and value, placed in its fiscal year by its own dates alone.
-- What a filing's fiscal year, fiscal period and frame say is carried and decides nothing.
with read as (
    select
        company.company_id, fact.cik, concept.measure, fact.concept, concept.rank as concept_rank,
        fact.unit as currency, fact.period_start, fact.period_end, fact.value, fact.accession, fact.form, fact.filed,
        fact.fiscal_year as filing_fiscal_year, fact.fiscal_period as filing_fiscal_period, fact.frame,
        {{ dbt.datediff('fact.period_start', 'fact.period_end', 'day') }} + 1 as days,
        case
            when fact.value = 0 then null
            {% for power in [1000000, 100000, 10000, 1000, 100, 10] %}
            when mod(fact.value, {{ power }}) = 0 then {{ power }}
            {% endfor %}
            else 1
        end as divisor,
        fact.document_id, fact.row_number, document.document_order, document.vintage_at, document.evidence_rank,
        document.source
    from {{ source('lake', 'company_fact') }} as fact
    inner join {{ ref('stg_document') }} as document on fact.document_id = document.document_id
    inner join {{ ref('capex_concept') }} as concept
        on fact.taxonomy = concept.taxonomy and fact.concept = concept.concept
    inner join {{ ref('company') }} as company on fact.cik = company.cik
),

-- one value a document, the finest where it gives several
once as (
    select
        read.*,
        row_number() over (
            partition by cik, concept, currency, period_start, period_end, accession, document_id
            order by divisor nulls last, value, row_number
        ) as place
    from read
),

-- a filing read again says nothing new until its value changes
step as (
    select
        once.*,
        row_number() over by_document as reading,
        lag(value) over by_document is distinct from value as starts
    from once
    where place = 1
    window by_document as (
        partition by cik, concept, currency, period_start, period_end, accession order by document_order
    )
),

known as (
    select
        step.*,
        coalesce(min(divisor) over (partition by cik, currency, accession), 1) as rounding_unit,
        case when reading = 1 then filed else cast(vintage_at as date) end as known_from
    from step
    where starts
),

one_each as (
    select
        known.*,
        case
            when days between 80 and 100 then 1
            when days between 170 and 192 then 2
            when days between 258 and 285 then 3
            when days between 350 and 380 then 4
        end as span_quarters,
        row_number() over (
            partition by cik, concept, currency, period_start, period_end, accession, known_from
            order by document_order desc
        ) as place_on_day
    from known
),

-- where a period starts, counted in quarters from the first day of a fiscal year
placed as (
    select
        period.cik, period.period_start, period.span_quarters, period.measured_from, quarter.number,
        row_number() over (
            partition by period.cik, period.period_start, period.span_quarters
            order by
                abs({{ dbt.datediff(dbt.dateadd('month', '3 * (quarter.number - 1)', 'period.measured_from'), 'period.period_start', 'day') }}),
                period.shown_by_annual_report desc, period.measured_from desc
        ) as nearest
    from (
        select distinct
            one_each.cik, one_each.period_start, one_each.span_quarters, year_end.shown_by_annual_report,
            cast({{ dbt.dateadd('day', 1, 'year_end.year_end') }} as date) as measured_from
        from one_each
        inner join {{ ref('capex_year_end') }} as year_end on one_each.cik = year_end.cik
        where one_each.span_quarters is not null
    ) as period
    cross join (select 1 as number union all select 2 union all select 3 union all select 4) as quarter
    where (period.span_quarters = 1 or quarter.number = 1)
        and abs({{ dbt.datediff(dbt.dateadd('month', '3 * (quarter.number - 1)', 'period.measured_from'), 'period.period_start', 'day') }})
            <= {{ capex_slack_days() }}
),

nearest as (
    select placed.*, {{ capex_fiscal_year('placed.measured_from') }} as fiscal_year from placed where nearest = 1
),

-- Two years of one number: a change of the year's end cut one short, or a period stands off the year. The whole one is
-- meant, of whole ones that with more periods, else the later.
meant as (
    select
        cik, fiscal_year, measured_from,
        row_number() over (
            partition by cik, fiscal_year
            order by
                max(case when span_quarters = 4 then 1 else 0 end) desc,
                case when max(span_quarters) = 4 then count(distinct span_quarters) else 0 end desc,
                measured_from desc
        ) as place
    from nearest
    where number = 1
    group by cik, fiscal_year, measured_from
),

numbered as (
    select
        nearest.*,
        coalesce(
            abs({{ dbt.datediff('nearest.measured_from', 'meant.measured_from', 'day') }}) > 2 * {{ capex_slack_days() }},
            false
        ) as another_meant
    from nearest
    left join meant
        on nearest.cik = meant.cik and nearest.fiscal_year = meant.fiscal_year and meant.place = 1
)

select
    one_each.company_id, one_each.cik, one_each.measure, one_each.concept, one_each.concept_rank, one_each.currency,
    one_each.period_start, one_each.period_end, one_each.days, one_each.span_quarters,
    numbered.measured_from as fiscal_year_start,
    numbered.fiscal_year,
    numbered.number as first_quarter,
    numbered.number + one_each.span_quarters - 1 as last_quarter,
    one_each.value,
    cast(one_each.rounding_unit as integer) as rounding_unit,
    one_each.accession, one_each.form, one_each.filed, one_each.known_from,
    one_each.filing_fiscal_year, one_each.filing_fiscal_period, one_each.frame,
    case
        when one_each.span_quarters is null then 'the period is no quarter, half-year, nine months or year'
        when numbered.another_meant then 'another fiscal year has this number: this one was cut short, or the period stands off it'
        when numbered.cik is not null then null
        when known_end.cik is null then 'the end of the company''s fiscal year is not known'
        when one_each.span_quarters = 4 then 'twelve months that are no fiscal year (trailing twelve months)'
        when one_each.span_quarters = 1 then 'the three months are no quarter of the fiscal year'
        else 'the period does not start with a fiscal year'
    end as reason,
    one_each.document_id, one_each.vintage_at, one_each.evidence_rank, one_each.source
from one_each
left join numbered
    on one_each.cik = numbered.cik
    and one_each.period_start = numbered.period_start
    and one_each.span_quarters = numbered.span_quarters
left join (select distinct cik from {{ ref('capex_year_end') }}) as known_end on one_each.cik = known_end.cik
where one_each.place_on_day = 1
