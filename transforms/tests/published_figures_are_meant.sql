-- A published figure names a definition that can be meant, or says why there is none. A basket or country that is misspelt would
-- read as not computable for ever, and a tolerance below zero makes every figure a miss.
with figure as (
    select
        published.*,
        case when why_not is null then 1 else 0 end as is_defined
    from {{ ref('published_figure') }} as published
),

counted as (
    select
        figure.figure_id,
        count(country.iso3) as n_countries
    from figure
    left join {{ ref('country') }} as country
        on {{ names_partner('figure.partner_definition', 'country') }}
    group by figure.figure_id
),

judged as (
    select
        figure.figure_id,
        case
            when figure.tolerance < 0 then 'the tolerance is below zero'
            when figure.basket is null and figure.is_defined = 1 then 'neither a basket nor why there is none'
            when figure.basket is not null and not exists (
                select 1 from {{ ref('basket') }} as known
                where figure.basket in (known.basket_id, known.basket_id || '@' || known.version)
            ) then 'no such basket: ' || figure.basket
            when figure.partner_definition is not null and counted.n_countries <> {{ n_named('figure.partner_definition') }}
                then 'not a list of countries, each once: ' || figure.partner_definition
            when figure.statistic in ('share', 'numerator') and figure.is_defined = 1 and figure.partner_definition is null
                then 'a share or numerator names no partners'
            when figure.statistic = 'share' and (figure.unit <> 'share of 1' or figure.value > 1) then 'a share is not from 0 to 1'
            when figure.is_defined = 1 and (
                figure.reporter is null or figure.flow_basis is null or figure.period is null or figure.period_type is null
            ) then 'the definition is not whole'
        end as rule
    from figure
    inner join counted on figure.figure_id = counted.figure_id
)

select figure_id, figure_id || ': ' || rule as rule
from judged
where rule is not null
