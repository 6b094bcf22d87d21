-- How much of a basket's imports comes from the partners of a definition, by value, weight and quantity, and how concentrated
-- the imports are. A member that the answer neither lists nor names is unknown, and the exposure NULL; absent from a complete
-- listing it is zero.
with figure as (
    {{ measure_with_coverage('import') }}
),

sent as (
    select
        figure.figure_id, partner.partner, figure.denominator_amount,
        {{ amount_by_measure('figure.measure', 'partner') }} as amount
    from figure
    inner join {{ ref('stg_basket_partner') }} as partner on figure.basket_period_id = partner.basket_period_id
),

partner as (
    select
        figure_id, partner, amount,
        {{ share_of('amount', 'denominator_amount') }} as part,
        coalesce(amount, -1) as size
    from sent
),

spread as (
    select
        figure_id,
        sum(amount) as listed_amount,
        sum(case when part <= 1 then cast(round(part * part, 16) as decimal(24, 16)) end) as squares,
        count(case when part <= 1 then 1 end) = count(*) as all_known,
        count(case when amount > 0 then 1 end) as n_partners,
        {{ sum_of_largest('size', 3) }} as three_amount,
        max(size) as top_size
    from partner
    group by figure_id
),

-- of several largest the first by name
largest as (
    select
        partner.figure_id,
        min(partner.partner) as partner,
        min(case when partner.amount is null then partner.partner end) as unknown_partner,
        max(partner.amount) as amount
    from partner
    inner join spread
        on partner.figure_id = spread.figure_id and partner.size = spread.top_size
    group by partner.figure_id
),

top as (
    select
        largest.figure_id,
        country.iso3 as top_partner,
        case when largest.partner is distinct from largest.unknown_partner then largest.amount end as top_amount
    from largest
    left join {{ ref('country') }} as country on largest.partner = country.iso3
),

definition_amount as (
    select figure_id, partner, amount
    from partner
    where partner in (select partner from {{ ref('partner_definition') }})
),

member as (
    select
        figure.figure_id,
        definition.partner_definition,
        case
            when partner.partner is not null then partner.amount
            when figure.n_whole_codes = figure.n_codes_answered then 0
        end as amount
    from figure
    cross join {{ ref('partner_definition') }} as definition
    left join definition_amount as partner
        on figure.figure_id = partner.figure_id
        and definition.partner = partner.partner
),

exposed as (
    select
        figure_id, partner_definition,
        case when count(amount) = count(*) then sum(amount) end as exposed_amount
    from member
    group by figure_id, partner_definition
),

judged as (
    select
        figure.*,
        exposed.partner_definition,
        exposed.exposed_amount,
        spread.squares,
        spread.n_partners,
        spread.three_amount,
        top.top_partner,
        top.top_amount,
        figure.may_share
        and figure.denominator_rank = 1
        and spread.all_known
        and spread.listed_amount = figure.denominator_amount as one_by_one,
        figure.may_share
        and figure.denominator_rank < 3
        and top.top_partner is not null
        and top.top_amount >= figure.denominator_amount - spread.listed_amount as top_is_certain
    from figure
    inner join exposed on figure.figure_id = exposed.figure_id
    left join spread on figure.figure_id = spread.figure_id
    left join top on figure.figure_id = top.figure_id
),

told as (
    select
        judged.*,
        case when may_share then {{ share_of('exposed_amount', 'denominator_amount') }} end as share,
        case when one_by_one then round(10000 * cast(squares as {{ type_double() }}), 9) end as hhi
    from judged
)

select
    reporter,
    basket_id,
    basket_version,
    is_current_version,
    measure,
    flow_basis,
    partner_definition,
    period,
    period_type,
    denominator_amount as import_amount,
    cast(exposed_amount as {{ type_amount() }}) as exposed_amount,
    unit,
    cast(case when measure = 'value' then denominator_amount end as {{ type_money() }}) as import_usd,
    cast(case when measure = 'value' then exposed_amount end as {{ type_money() }}) as exposed_usd,
    share,
    hhi,
    case when hhi > 0 then round(10000 / hhi, 9) end as n_eff,
    case when one_by_one and n_partners > 1
        then round((cast(squares as {{ type_double() }}) - 1.0 / n_partners) / (1 - 1.0 / n_partners), 9)
    end as hhi_normalised,
    case when one_by_one then {{ share_of('three_amount', 'denominator_amount') }} end as cr3,
    case when one_by_one then cast(n_partners as integer) end as n_partners,
    case when top_is_certain then top_partner end as top_partner,
    case when top_is_certain then {{ share_of('top_amount', 'denominator_amount') }} end as top_partner_share,
    coverage_codes,
    cast(n_codes_answered as integer) as n_codes_answered,
    cast(n_codes as integer) as n_codes,
    cast(n_codes_moved as integer) as n_codes_moved,
    cast(n_obs as integer) as n_obs,
    case when measure <> 'value' then filled_in_share end as filled_in_share,
    method_status,
    case
        when share is not null then null
        when n_codes_answered < {{ var('coverage_floor') }} * n_codes then 'too few of the codes have figures'
        when measure = 'quantity' and unit is null then 'the codes are counted in different units'
        when denominator_amount is null then 'the total is not known'
        when denominator_amount <= 0 then 'the total is zero'
        when filled_in_share > 1 - {{ var('coverage_floor') }} then 'too much was made from the values by the source'
        when exposed_amount is null then 'a partner of the definition is not known'
        else 'the figures give no partners'
    end as note,
    {{ denominator_name('denominator_rank') }} as denominator,
    method as cy_method,
    source,
    currency,
    data_vintage,
    {{ evidence_name('evidence_rank') }} as evidence
from told
