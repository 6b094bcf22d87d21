-- What every country sends to all others, a basket code and year, from the one source that has all of them on one footing:
-- BACI, where it stands as the importers' imports. An exporter no list knows keeps its row; it is somebody.
with code as (
    select distinct level, code from {{ ref('basket_member') }}
)

select
    cell.level,
    cell.code,
    cell.period,
    coalesce(latest.partner, latest.country_codes || ':' || latest.partner_code) as exporter,
    case when count(latest.value_usd) = count(*) then sum(latest.value_usd) end as value_usd,
    count(*) as n_cells,
    max(latest.evidence_rank) as evidence_rank,
    max(latest.known_from) as data_vintage
from {{ ref('stg_trade_cell') }} as cell
inner join code on cell.level = code.level and cell.code = code.code
inner join {{ ref('stg_trade_latest') }} as latest on cell.cell_id = latest.cell_id
where cell.source = 'baci' and cell.flow = 'import' and cell.period_type = 'CY' and latest.partner_role = 'partner'
group by cell.level, cell.code, cell.period, coalesce(latest.partner, latest.country_codes || ':' || latest.partner_code)
