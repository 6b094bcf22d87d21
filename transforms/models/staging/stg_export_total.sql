-- What each country says it exported of a basket code, and of all goods, to all the world, by source: where all partners are
-- listed or the source has a world row.
-- Not one answer a code: the world's exports are added up within one source. Unions are left out, their members count.
select
    cell.source,
    cell.flow_basis,
    cell.level,
    cell.code,
    cell.period,
    cell.period_type,
    cell.reporter,
    cell.denominator_usd as total_usd,
    cell.evidence_rank,
    cell.data_vintage
from {{ ref('stg_trade_cell') }} as cell
inner join (
    select level, code from {{ ref('basket_member') }}
    union
    select 'TOTAL', 'TOTAL'
) as member
    on cell.level = member.level and cell.code = member.code
inner join {{ ref('country') }} as country on cell.reporter = country.iso3 and country.kind = 'country'
where cell.flow = 'export'
    and cell.flow_basis <> 'RE_EXP_ORIGIN'
    and cell.answered
    and cell.denominator_rank < 3
    and cell.denominator_usd is not null
