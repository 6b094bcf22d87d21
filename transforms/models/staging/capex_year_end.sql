-- Days on which a company's fiscal years end: as its annual reports show, and as its profile says for every year it reports on.
with fact as (
    select
        fact.cik, fact.form, fact.period_start, fact.period_end,
        {{ dbt.datediff('fact.period_start', 'fact.period_end', 'day') }} + 1 as days
    from {{ source('lake', 'company_fact') }} as fact
    inner join {{ ref('stg_document') }} as document on fact.document_id = document.document_id
    inner join {{ ref('capex_concept') }} as concept
        on fact.taxonomy = concept.taxonomy and fact.concept = concept.concept
),

reported as (
    select cik, period_end as year_end from fact where days between 350 and 380 and form in {{ capex_annual_forms() }}
    union
    select cik, cast({{ dbt.dateadd('day', -1, 'period_start') }} as date)
    from fact
    where days between 350 and 380 and form in {{ capex_annual_forms() }}
),

profile as (
    select
        profile.cik,
        left(profile.fiscal_year_end, 2) as letters_month,
        {{ dbt.safe_cast('left(profile.fiscal_year_end, 2)', 'integer') }} as end_month,
        {{ dbt.safe_cast('right(profile.fiscal_year_end, 2)', 'integer') }} as end_day,
        length(profile.fiscal_year_end) as letters,
        row_number() over (
            partition by profile.cik order by document.document_order desc, profile.row_number desc
        ) as place
    from {{ source('lake', 'company_profile') }} as profile
    inner join {{ ref('stg_document') }} as document on profile.document_id = document.document_id
    where profile.fiscal_year_end is not null
),

year_seen as (
    select distinct cik, cast(extract(year from period_end) as integer) + step as calendar_year
    from fact
    cross join (select -1 as step union all select 0 union all select 1) as around
),

said as (
    select
        profile.cik,
        cast(
            {{ dbt.dateadd('day', 'profile.end_day - 1', "cast(cast(year_seen.calendar_year as varchar) || '-' || profile.letters_month || '-01' as date)") }}
            as date
        ) as year_end
    from profile
    inner join year_seen on profile.cik = year_seen.cik
    where profile.place = 1
        and profile.letters = 4
        and profile.end_month between 1 and 12
        and profile.end_day between 1 and 31
)

select cik, year_end, max(shown) = 1 as shown_by_annual_report
from (
    select cik, year_end, 1 as shown from reported
    union all
    select cik, year_end, 0 from said
) as every_end
group by cik, year_end
