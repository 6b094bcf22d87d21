-- Capital expenditure of a group of companies by calendar quarter, with the firms it holds and those it lacks.
-- Growth is told only between quarters that hold the same firms.
with member as (
    select company_group, company_id from {{ ref('capex_group') }}
),

figure as (
    select
        company as company_id, calendar_quarter,
        sum(ppe_latest) as value_usd, max(data_vintage) as data_vintage,
        max({{ evidence_rank('evidence') }}) as evidence_rank
    from {{ ref('capex_quarterly') }}
    where currency = 'USD'
    group by company, calendar_quarter
    having count(*) = 1 and count(ppe_latest) = 1
),

quarter as (
    select distinct member.company_group, figure.calendar_quarter
    from figure
    inner join member on figure.company_id = member.company_id
),

added as (
    select
        quarter.company_group, quarter.calendar_quarter,
        sum(figure.value_usd) as value_usd,
        count(figure.company_id) as n_companies,
        count(*) as n_group,
        {{ dbt.listagg('figure.company_id', "' '", 'order by member.company_id') }} as companies,
        {{ dbt.listagg('case when figure.company_id is null then member.company_id end', "' '", 'order by member.company_id') }}
            as companies_missing,
        max(figure.data_vintage) as data_vintage,
        max(figure.evidence_rank) as evidence_rank
    from quarter
    inner join member on quarter.company_group = member.company_group
    left join figure
        on member.company_id = figure.company_id and quarter.calendar_quarter = figure.calendar_quarter
    group by quarter.company_group, quarter.calendar_quarter
)

select
    added.company_group,
    added.calendar_quarter,
    cast(added.value_usd as {{ type_money() }}) as value_usd,
    added.companies,
    added.companies_missing,
    cast(added.n_companies as integer) as n_companies,
    cast(added.n_group as integer) as n_group,
    added.n_companies < added.n_group as is_partial,
    {% for name in ['quarter', 'year'] %}
    case when {{ name }}_before.companies = added.companies and {{ name }}_before.value_usd > 0 then round(
        cast(added.value_usd as {{ type_double() }}) / cast({{ name }}_before.value_usd as {{ type_double() }}) - 1, 12
    ) end as growth_{{ name }},
    {% endfor %}
    added.data_vintage,
    {{ evidence_name('added.evidence_rank') }} as evidence
from added
{% for name, months in [('quarter', 3), ('year', 12)] %}
left join added as {{ name }}_before
    on added.company_group = {{ name }}_before.company_group
    and {{ name }}_before.calendar_quarter = cast({{ dbt.dateadd('month', -months, 'added.calendar_quarter') }} as date)
{% endfor %}
