-- How much of a basket's imports comes from the partners of a definition, and how concentrated the rest is.
-- A member that the answer neither lists nor names is unknown, and the exposure NULL; absent from a complete listing it is zero.
with basket as (
    {{ basket_with_coverage('import') }}
),

partner as (
    select
        partner.basket_period_id, partner.partner, partner.value_usd,
        {{ share_of('partner.value_usd', 'basket.denominator_usd') }} as part,
        coalesce(partner.value_usd, -1) as size
    from {{ ref('stg_basket_partner') }} as partner
    inner join basket on partner.basket_period_id = basket.basket_period_id
),

spread as (
    select
        basket_period_id,
        sum(value_usd) as listed_usd,
        sum(case when part <= 1 then cast(round(part * part, 16) as decimal(24, 16)) end) as squares,
        count(case when part <= 1 then 1 end) = count(*) as all_known,
        max(size) as top_size
    from partner
    group by basket_period_id
),

-- of several largest the first by name
largest as (
    select
        partner.basket_period_id,
        min(partner.partner) as partner,
        min(case when partner.value_usd is null then partner.partner end) as unknown_partner,
        max(partner.value_usd) as value_usd
    from partner
    inner join spread
        on partner.basket_period_id = spread.basket_period_id and partner.size = spread.top_size
    group by partner.basket_period_id
),

top as (
    select
        largest.basket_period_id,
        country.iso3 as top_partner,
        case when largest.partner is distinct from largest.unknown_partner then largest.value_usd end as top_usd
    from largest
    left join {{ ref('country') }} as country on largest.partner = country.iso3
),

definition_value as (
    select basket_period_id, partner, value_usd
    from {{ ref('stg_basket_partner') }}
    where partner in (select partner from {{ ref('partner_definition') }})
),

member as (
    select
        basket.basket_period_id,
        definition.partner_definition,
        case
            when partner.partner is not null then partner.value_usd
            when basket.n_whole_codes = basket.n_codes_answered then 0
        end as value_usd
    from basket
    cross join {{ ref('partner_definition') }} as definition
    left join definition_value as partner
        on basket.basket_period_id = partner.basket_period_id
        and definition.partner = partner.partner
),

exposed as (
    select
        basket_period_id, partner_definition,
        case when count(value_usd) = count(*) then sum(value_usd) end as exposed_usd
    from member
    group by basket_period_id, partner_definition
),

judged as (
    select
        basket.*,
        exposed.partner_definition,
        exposed.exposed_usd,
        spread.squares,
        top.top_partner,
        top.top_usd,
        basket.may_share
        and basket.denominator_rank = 1
        and spread.all_known
        and spread.listed_usd = basket.denominator_usd as one_by_one,
        basket.may_share
        and basket.denominator_rank < 3
        and top.top_partner is not null
        and top.top_usd >= basket.denominator_usd - spread.listed_usd as top_is_certain
    from basket
    inner join exposed on basket.basket_period_id = exposed.basket_period_id
    left join spread on basket.basket_period_id = spread.basket_period_id
    left join top on basket.basket_period_id = top.basket_period_id
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
