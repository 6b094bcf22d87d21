-- How much of a basket's imports comes from the partners of a definition, and how concentrated the rest is.
-- A member that the answer neither lists nor names is unknown, and the exposure NULL; absent from a complete listing it is zero.
with basket as (
    {{ basket_with_coverage() }}
),

partner as (
    select
        partner.*,
        {{ share_of('partner.value_usd', 'basket.denominator_usd') }} as part,
        row_number() over (
            partition by {{ basket_period_columns('partner.') }}
            order by coalesce(partner.value_usd, -1) desc, partner.partner
        ) as place
    from {{ ref('stg_basket_partner') }} as partner
    inner join basket
        on {{ same('partner', 'basket', basket_period_names()) }}
),

spread as (
    select
        {{ basket_period_columns() }},
        sum(value_usd) as listed_usd,
        sum(case when part <= 1 then cast(round(part * part, 16) as decimal(24, 16)) end) as squares,
        count(case when part <= 1 then 1 end) = count(*) as all_known,
        max(case when place = 1 then value_usd end) as top_usd,
        max(case when place = 1 then country.iso3 end) as top_partner
    from partner
    left join {{ ref('country') }} as country on partner.partner = country.iso3
    group by {{ basket_period_columns() }}
),

member as (
    select
        {{ basket_period_columns('basket.') }},
        definition.partner_definition,
        case
            when partner.partner is not null then partner.value_usd
            when basket.n_whole_codes = basket.n_codes_answered then 0
        end as value_usd
    from basket
    cross join {{ ref('partner_definition') }} as definition
    left join partner
        on {{ same('basket', 'partner', basket_period_names()) }}
        and definition.partner = partner.partner
),

exposed as (
    select
        {{ basket_period_columns() }}, partner_definition,
        case when count(value_usd) = count(*) then sum(value_usd) end as exposed_usd
    from member
    group by {{ basket_period_columns() }}, partner_definition
),

judged as (
    select
        basket.*,
        exposed.partner_definition,
        exposed.exposed_usd,
        spread.squares,
        spread.top_partner,
        spread.top_usd,
        basket.may_share
        and basket.denominator_rank = 1
        and spread.all_known
        and spread.listed_usd = basket.denominator_usd as one_by_one,
        basket.may_share
        and basket.denominator_rank < 3
        and spread.top_partner is not null
        and spread.top_usd >= basket.denominator_usd - spread.listed_usd as top_is_certain
    from basket
    inner join exposed
        on {{ same('basket', 'exposed', basket_period_names()) }}
    left join spread
        on {{ same('basket', 'spread', basket_period_names()) }}
)

select
    reporter,
    basket_id,
    basket_version,
    is_current_version,
    flow_basis,
    partner_definition,
    period,
    period_type,
    cast(denominator_usd as {{ type_money() }}) as import_usd,
    cast(exposed_usd as {{ type_money() }}) as exposed_usd,
    case when may_share then {{ share_of('exposed_usd', 'denominator_usd') }} end as share,
    case when one_by_one then round(10000 * cast(squares as {{ type_double() }}), 9) end as hhi,
    case when top_is_certain then top_partner end as top_partner,
    case when top_is_certain then {{ share_of('top_usd', 'denominator_usd') }} end as top_partner_share,
    coverage_codes,
    cast(n_codes_answered as integer) as n_codes_answered,
    cast(n_codes as integer) as n_codes,
    cast(n_codes_moved as integer) as n_codes_moved,
    {{ denominator_name('denominator_rank') }} as denominator,
    method as cy_method,
    source,
    currency,
    data_vintage,
    {{ evidence_name('evidence_rank') }} as evidence
from judged
