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

-- the cells that answer for a code of a splice: few, so that only their partners are looked at
part as (
    select
        cell.cell_id, cell.reporter, cell.flow, cell.flow_basis, cell.period as month,
        splice.spliced_code, splice.code as hs6, size.n_parts,
        cell.denominator_rank, cell.denominator_usd, cell.currency, cell.source
    from {{ ref('stg_trade_answer') }} as answer
    inner join {{ ref('stg_trade_cell') }} as cell on answer.cell_id = cell.cell_id
    inner join {{ ref('hs_splice') }} as splice
        on cell.code = splice.code
        and cell.period >= coalesce(splice.valid_from, cast('0001-01-01' as date))
        and cell.period <= coalesce(splice.valid_until, cast('9999-12-31' as date))
    inner join size on splice.spliced_code = size.spliced_code and splice.hs_edition = size.hs_edition
    where answer.period_type = 'M' and answer.level = 'HS6' and answer.method = 'month'
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
    from part
    group by {{ cell | join(', ') }}, n_parts
    having count(*) = n_parts
),

summed as (
    select
        {% for name in cell %}part.{{ name }}, {% endfor %}figure.partner,
        sum(figure.value_usd) as said_usd,
        sum(figure.value) as said,
        count(figure.value_usd) as n_known_usd,
        count(figure.value) as n_known,
        sum(case when part.denominator_rank = 1 then 1 else 0 end) as n_said_in_whole,
        count(part.denominator_usd) as n_said_in_totals,
        max(figure.data_vintage) as data_vintage,
        max(figure.evidence_rank) as evidence_rank
    from part
    inner join {{ ref('stg_trade_month_partner') }} as figure on part.cell_id = figure.cell_id
    group by {% for name in cell %}part.{{ name }}, {% endfor %}figure.partner
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
