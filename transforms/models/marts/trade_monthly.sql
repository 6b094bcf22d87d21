-- Trade by HS6 code, partner and month: one source and one level, partners that add up to the cell's total.
-- A view: the names of a cell are the same for all its partners, and writing them to each takes longer than all else.
{{ config(materialized='view') }}
select
    cell.reporter,
    partner.partner,
    cell.code as hs6,
    cell.flow,
    cell.flow_basis,
    cell.period as month,
    partner.value_usd,
    partner.duty_usd,
    cast(cell.denominator_usd as {{ type_money() }}) as denominator_usd,
    partner.value,
    cell.currency,
    {{ denominator_name('cell.denominator_rank') }} as denominator,
    cell.source,
    partner.data_vintage,
    {{ evidence_name('partner.evidence_rank') }} as evidence
from {{ ref('stg_trade_month_partner') }} as partner
inner join {{ ref('stg_trade_cell') }} as cell on partner.cell_id = cell.cell_id
