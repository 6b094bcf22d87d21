-- Value and duty of a basket's imports by partner, over the codes for which both are known: value without duty stands apart, so
-- the two sides are of the same goods. A code whose complete listing does not name the partner is known: nothing, no duty.
with part as (
    select
        basket.basket_period_id,
        period.answer_id,
        period.n_cells,
        case when period.n_whole_cells = period.n_cells then 1 else 0 end as is_whole
    from {{ ref('stg_basket') }} as basket
    {{ joined_answers('basket') }}
    where basket.flow = 'import' and basket.flow_basis = 'CON_VAL'
),

whole as (
    select basket_period_id, sum(is_whole) as n_codes, sum(is_whole * n_cells) as n_cells
    from part
    group by basket_period_id
),

summed as (
    select
        part.basket_period_id,
        duty.partner,
        sum(case when duty.duty_usd is not null then duty.value_usd end) as value_usd,
        sum(duty.duty_usd) as duty_usd,
        sum(case when duty.duty_usd is null then duty.value_usd end) as excluded_usd,
        count(duty.duty_usd) as n_codes,
        sum(case when duty.duty_usd is not null then part.n_cells else 0 end) as n_cells,
        sum(part.is_whole) as n_said_in_whole,
        sum(part.is_whole * part.n_cells) as n_cells_said_in_whole
    from part
    inner join {{ ref('stg_duty_period') }} as duty on part.answer_id = duty.answer_id
    left join {{ ref('country') }} as country on duty.partner = country.iso3
    where duty.partner = 'TOTAL' or country.iso3 is not null
    group by part.basket_period_id, duty.partner
),

absent as (
    select
        summed.basket_period_id,
        summed.partner,
        case when country.kind = 'union' then 0 else whole.n_codes - summed.n_said_in_whole end as n_codes,
        case when country.kind = 'union' then 0 else whole.n_cells - summed.n_cells_said_in_whole end as n_cells
    from summed
    inner join whole on summed.basket_period_id = whole.basket_period_id
    left join {{ ref('country') }} as country on summed.partner = country.iso3
)

select
    summed.basket_period_id,
    summed.partner,
    summed.value_usd,
    summed.duty_usd,
    coalesce(summed.excluded_usd, 0) as excluded_usd,
    cast(summed.n_codes + absent.n_codes as integer) as n_codes_matched,
    cast(summed.n_cells + absent.n_cells as integer) as n_obs
from summed
inner join absent on {{ same('summed', 'absent', ['basket_period_id', 'partner']) }}
