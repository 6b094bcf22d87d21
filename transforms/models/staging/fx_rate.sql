-- A rate for every day: the last fixing carried over weekends and holidays, {{ var('carry_days') }} days at most and marked.
with fixing as (
    select
        base, quote, rate_date, rate, known_from as vintage_at, evidence_rank,
        lead(rate_date) over (partition by base, quote order by rate_date) as next_date,
        max(rate_date) over () as last_date
    from {{ ref('fx_fixing') }}
    where known_to is null
),

age as (
    {% for days in range(var('carry_days') + 1) %}
    select {{ days }} as age_days {{ 'union all' if not loop.last }}
    {% endfor %}
),

daily as (
    select
        fixing.base, fixing.quote, fixing.rate, fixing.vintage_at, fixing.evidence_rank, age.age_days,
        cast({{ dbt.dateadd('day', 'age.age_days', 'fixing.rate_date') }} as date) as rate_date
    from fixing
    cross join age
    where cast({{ dbt.dateadd('day', 'age.age_days', 'fixing.rate_date') }} as date)
        < coalesce(fixing.next_date, cast({{ dbt.dateadd('day', 1, 'fixing.last_date') }} as date))
),

-- units of each currency per euro, the euro itself among them
euro as (
    select quote as currency, rate_date, cast(rate as {{ type_double() }}) as per_eur, age_days, vintage_at, evidence_rank
    from daily
    where base = 'EUR'
    union all
    select 'EUR', rate_date, 1.0, age_days, vintage_at, evidence_rank from daily where base = 'EUR' and quote = 'USD'
),

usd as (
    select rate_date, per_eur, age_days, vintage_at, evidence_rank from euro where currency = 'USD'
)

select
    euro.currency,
    euro.rate_date,
    round(euro.per_eur, 9) as per_eur,
    round(euro.per_eur / usd.per_eur, 9) as per_usd,
    case when usd.age_days > euro.age_days then usd.age_days else euro.age_days end as age_days,
    euro.age_days > 0 or coalesce(usd.age_days, 0) > 0 as carried,
    case when usd.vintage_at > euro.vintage_at then usd.vintage_at else euro.vintage_at end as data_vintage,
    {{ evidence_name('case when usd.evidence_rank > euro.evidence_rank then usd.evidence_rank else euro.evidence_rank end') }}
        as evidence
from euro
left join usd on euro.rate_date = usd.rate_date
