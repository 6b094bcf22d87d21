-- Every way in which filings give a fiscal quarter: the three months themselves, or the year to date less the year to date
-- a quarter before (same first day, concept and currency). One row each filing of the longer value; what must not be
-- used has no value and says why.
with fact as (
    select * from {{ ref('capex_fact') }} where reason is null
),

direct as (
    select
        fact.*,
        fact.value as own_value,
        fact.rounding_unit as own_unit
    from fact
    where span_quarters = 1
),

-- a longer value, and the last filing that still gave another
longer as (
    select
        fact.*,
        other.known_from as other_known_from,
        row_number() over (
            partition by fact.cik, fact.concept, fact.currency, fact.period_start, fact.period_end,
                fact.accession, fact.known_from
            order by other.known_from desc nulls last, other.accession desc
        ) as last_other
    from fact
    left join fact as other
        on {{ same('fact', 'other', ['cik', 'concept', 'currency', 'period_start', 'period_end']) }}
        and other.known_from < fact.known_from
        and {{ capex_differs('fact.value', 'other.value', 'fact.rounding_unit', 'other.rounding_unit') }}
    where fact.last_quarter > 1 and fact.first_quarter = 1
),

-- the shorter value that was known on the day, of the same filing where it has one
paired as (
    select
        longer.*,
        shorter.period_end as shorter_end,
        shorter.value as shorter_value,
        shorter.rounding_unit as shorter_unit,
        shorter.accession as shorter_accession,
        shorter.evidence_rank as shorter_evidence_rank,
        row_number() over (
            partition by longer.cik, longer.concept, longer.currency, longer.period_start, longer.period_end,
                longer.accession, longer.known_from
            order by
                case when shorter.accession = longer.accession then 0 else 1 end,
                shorter.known_from desc, shorter.accession desc, shorter.period_end
        ) as place
    from longer
    left join fact as shorter
        on {{ same('longer', 'shorter', ['cik', 'concept', 'currency', 'period_start']) }}
        and longer.span_quarters = shorter.span_quarters + 1
        and shorter.known_from <= longer.known_from
    where longer.last_other = 1
),

-- and what it was when the longer value was still another
pair as (
    select
        paired.*,
        earlier.value as shorter_value_before,
        earlier.rounding_unit as shorter_unit_before,
        row_number() over (
            partition by paired.cik, paired.concept, paired.currency, paired.period_start, paired.period_end,
                paired.accession, paired.known_from
            order by earlier.known_from desc nulls last, earlier.accession desc
        ) as newest
    from paired
    left join fact as earlier
        on {{ same('paired', 'earlier', ['cik', 'concept', 'currency', 'period_start']) }}
        and paired.shorter_end = earlier.period_end
        and earlier.known_from <= paired.other_known_from
    where paired.place = 1
),

-- what a filing itself says of the three months; of two spellings of their days, the later
same_filing as (
    select
        direct.*,
        row_number() over (
            partition by cik, concept, currency, fiscal_year, last_quarter, accession, known_from
            order by period_end desc, period_start desc
        ) as spelling
    from direct
),

judged as (
    select
        pair.*,
        same_filing.value as same_filing_value,
        case when pair.rounding_unit > pair.shorter_unit then pair.rounding_unit else pair.shorter_unit end as pair_unit,
        pair.value - pair.shorter_value as difference,
        pair.other_known_from is not null as longer_moved,
        {{ capex_differs('pair.shorter_value', 'pair.shorter_value_before', 'pair.shorter_unit', 'pair.shorter_unit_before') }}
            as shorter_moved
    from pair
    left join same_filing
        on {{ same('pair', 'same_filing', ['cik', 'concept', 'currency', 'fiscal_year', 'last_quarter', 'accession', 'known_from']) }}
        and same_filing.spelling = 1
    where pair.newest = 1
),

told as (
    select
        judged.*,
        case
            when shorter_value is null then 'predecessor'
            when longer_moved and shorter_accession <> accession and not coalesce(shorter_moved, false) then 'restated'
            when {{ capex_differs('difference', 'same_filing_value', 'pair_unit', 'pair_unit') }} then 'contradicted'
            when difference < 0 then 'negative'
        end as refusal
    from judged
)

select
    company_id, cik, measure, concept, concept_rank, currency, fiscal_year, last_quarter as fiscal_quarter,
    fiscal_year_start, period_start, period_end, 'direct' as method, own_value as value, own_unit as rounding_unit,
    accession, cast(null as {{ dbt.type_string() }}) as accession_minus, form, filed, known_from,
    cast(null as {{ dbt.type_string() }}) as refusal, cast(null as {{ dbt.type_string() }}) as reason,
    document_id, vintage_at, evidence_rank, source
from direct
union all
select
    company_id, cik, measure, concept, concept_rank, currency, fiscal_year, last_quarter,
    fiscal_year_start,
    cast(coalesce(
        {{ dbt.dateadd('day', 1, 'shorter_end') }},
        {{ dbt.dateadd('month', '3 * (span_quarters - 1)', 'period_start') }}
    ) as date),
    period_end, 'ytd_diff',
    cast(case when refusal is null then difference end as {{ type_money() }}),
    coalesce(pair_unit, rounding_unit),
    accession, shorter_accession, form, filed, known_from,
    refusal,
    case refusal
        when 'predecessor' then 'the year to date up to the quarter before was not known when the longer one was filed'
        when 'restated'
            then 'the longer value was restated and the shorter one not with it: their difference would mix two bases'
        when 'contradicted' then 'the same filing gives these three months another value: the shorter value is on another basis'
        when 'negative' then 'the difference is negative: one of the two values was restated'
    end,
    document_id, vintage_at,
    case when shorter_evidence_rank > evidence_rank then shorter_evidence_rank else evidence_rank end,
    source
from told
