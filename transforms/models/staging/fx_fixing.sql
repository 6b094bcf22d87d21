-- Every version of every fixing with the time from which, and to which, it was the known one: the currencies' own history
-- of what was known when, in the order of vintages, whatever the order of arrival.
with said as (
    select
        rate.base, rate.quote, rate.rate_date, rate.rate,
        document.document_order, document.vintage_at, document.evidence_rank,
        row_number() over (
            partition by rate.base, rate.quote, rate.rate_date, document.document_order
            order by rate.row_number desc
        ) as place
    from {{ source('lake', 'fx_rate') }} as rate
    inner join {{ ref('stg_document') }} as document on rate.document_id = document.document_id
),

step as (
    select
        said.*,
        lag(rate) over (partition by base, quote, rate_date order by document_order) is distinct from rate as starts
    from said
    where place = 1
)

select
    base, quote, rate_date, rate, document_order, evidence_rank,
    vintage_at as known_from,
    lead(vintage_at) over (partition by base, quote, rate_date order by document_order) as known_to
from step
where starts
