-- Monthly trade as series over the editions of the Harmonized System: codes that were parted are summed under one name, all
-- others are taken 1:1. A month of a spliced code is there where each of its codes has an answer; a partner is absent from
-- one of them as zero only where that lists all partners.
{{ config(materialized='view') }}
{% set cell = ['reporter', 'flow', 'flow_basis', 'month', 'spliced_code'] %}
with size as (
    select spliced_code, hs_edition, count(*) as n_parts
    from {{ ref('hs_splice') }}
    group by spliced_code, hs_edition
),

part as (
    select
        monthly.*,
        splice.spliced_code,
        size.n_parts,
        case monthly.denominator when 'all_partners' then 1 when 'world_row' then 2 else 3 end as denominator_rank,
        {{ evidence_rank('monthly.evidence') }} as evidence_rank
    from {{ ref('trade_monthly') }} as monthly
    inner join {{ ref('hs_splice') }} as splice
        on monthly.hs6 = splice.code
        and monthly.month >= coalesce(splice.valid_from, cast('0001-01-01' as date))
        and monthly.month <= coalesce(splice.valid_until, cast('9999-12-31' as date))
    inner join size on splice.spliced_code = size.spliced_code and splice.hs_edition = size.hs_edition
),

answer as (
    select distinct
        {{ cell | join(', ') }}, hs6, n_parts, denominator_rank, denominator_usd, currency, source
    from part
),

whole as (
    select
        {{ cell | join(', ') }}, n_parts,
        string_agg(hs6, '+' order by hs6) as codes,
        string_agg(distinct source, '+' order by source) as source,
        string_agg(distinct currency, '+' order by currency) as currency,
        min(currency) = max(currency) as one_currency,
        max(denominator_rank) as denominator_rank,
        sum(case when denominator_rank = 1 then 1 else 0 end) as n_whole,
        count(denominator_usd) as n_totals,
        case when count(denominator_usd) = count(*) then sum(denominator_usd) end as denominator_usd
    from answer
    group by {{ cell | join(', ') }}, n_parts
    having count(*) = n_parts
),

summed as (
    select
        {{ cell | join(', ') }}, partner,
        sum(value_usd) as said_usd,
        sum(value) as said,
        count(value_usd) as n_known_usd,
        count(value) as n_known,
        sum(case when denominator_rank = 1 then 1 else 0 end) as n_said_in_whole,
        count(denominator_usd) as n_said_in_totals,
        max(data_vintage) as data_vintage,
        max(evidence_rank) as evidence_rank
    from part
    group by {{ cell | join(', ') }}, partner
),

-- a part that lists all partners and not this one says zero; a total without a rest has none; of a union nothing is known
zeroed as (
    select
        summed.*,
        case
            when summed.partner = 'ROW' then whole.n_totals - summed.n_said_in_totals
            when country.kind = 'union' then 0
            else whole.n_whole - summed.n_said_in_whole
        end as n_zero
    from summed
    inner join whole
        on {{ same('summed', 'whole', cell) }}
    inner join {{ ref('country') }} as country on summed.partner = country.iso3
)

select
    zeroed.reporter,
    zeroed.partner,
    zeroed.spliced_code as code,
    true as spliced,
    whole.codes,
    zeroed.flow,
    zeroed.flow_basis,
    zeroed.month,
    {{ hs_edition_in_force('zeroed.month') }} as hs_edition_in_force,
    cast(case when zeroed.n_known_usd + zeroed.n_zero = whole.n_parts then zeroed.said_usd end as {{ type_money() }})
        as value_usd,
    cast(whole.denominator_usd as {{ type_money() }}) as denominator_usd,
    cast(
        case when whole.one_currency and zeroed.n_known + zeroed.n_zero = whole.n_parts then zeroed.said end
        as {{ type_money() }}
    ) as value,
    whole.currency,
    {{ denominator_name('whole.denominator_rank') }} as denominator,
    whole.source,
    zeroed.data_vintage,
    {{ evidence_name('zeroed.evidence_rank') }} as evidence
from zeroed
inner join whole
    on {{ same('zeroed', 'whole', cell) }}
union all
select
    monthly.reporter, monthly.partner, monthly.hs6, false, monthly.hs6, monthly.flow, monthly.flow_basis, monthly.month,
    {{ hs_edition_in_force('monthly.month') }},
    monthly.value_usd, monthly.denominator_usd, monthly.value, monthly.currency, monthly.denominator, monthly.source,
    monthly.data_vintage, monthly.evidence
from {{ ref('trade_monthly') }} as monthly
left join (select distinct code from {{ ref('hs_splice') }}) as splice on monthly.hs6 = splice.code
where splice.code is null
