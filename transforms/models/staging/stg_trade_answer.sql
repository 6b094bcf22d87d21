-- Which source answers for a code in a period, and from which cells: exactly one source, never two spliced.
-- Months as reported answer for every code; longer periods are worked out for basket codes. An answer known in
-- dollars goes before one whose currency has no rate, one that gives partners before one that gives only the world, months before an agency's own longer figure, then the
-- precedence of sources.
with cell as (
    select
        cell.cell_id, {{ cell_columns('cell.') }}, cell.partners_given, cell.usd_per_unit is not null as in_usd,
        member.code is not null as in_basket
    from {{ ref('stg_trade_cell') }} as cell
    left join (select distinct level, code from {{ ref('basket_member') }}) as member
        on cell.level = member.level and cell.code = member.code
    where cell.answered
),

from_month as (
    select
        cell.cell_id, cell.source, cell.reporter, cell.flow, cell.flow_basis, cell.level, cell.code,
        period_month.period, period_month.period_type, cell.partners_given, cell.in_usd,
        case when period_month.n_months = 12 then 'twelve_months' else 'months' end as method,
        period_month.n_months
    from cell
    inner join {{ ref('period_month') }} as period_month on cell.period = period_month.month
    where cell.period_type = 'M' and cell.in_basket
),

whole as (
    select
        {{ cell_columns() }}, n_months,
        min(case when partners_given then 1 else 0 end) = 1 as partners_given,
        min(case when in_usd then 1 else 0 end) = 1 as in_usd
    from from_month
    group by {{ cell_columns() }}, n_months
    having count(*) = n_months
),

candidate as (
    select cast(null as bigint) as cell_id, {{ cell_columns() }}, partners_given, in_usd, 1 as method_rank from whole
    union all
    select cell_id, {{ cell_columns() }}, partners_given, in_usd, 1 from cell where period_type = 'M'
    union all
    select cell_id, {{ cell_columns() }}, partners_given, in_usd, 2
    from cell
    where period_type in ('Q', 'CY', 'YTD') and in_basket
    union all
    select
        cell_id, source, reporter, flow, flow_basis, level, code,
        cast({{ dbt.date_trunc('year', 'period') }} as date), 'CY', partners_given, in_usd, 3
    from cell
    where period_type = 'YTD' and extract(month from period) = 12 and in_basket
),

ranked as (
    select
        candidate.*,
        row_number() over (
            partition by
                candidate.reporter, candidate.flow, candidate.flow_basis, candidate.level, candidate.code,
                candidate.period, candidate.period_type
            order by
                case when candidate.in_usd then 0 else 1 end,
                case when candidate.partners_given then 0 else 1 end,
                candidate.method_rank,
                coalesce(precedence.rank, 1000),
                candidate.source
        ) as place
    from candidate
    left join {{ ref('source_precedence') }} as precedence
        on candidate.source = precedence.source
),

best as (
    select * from ranked where place = 1
)

select
    best.cell_id, {{ cell_columns('best.') }},
    case when best.period_type = 'M' then 'month' else 'agency' end as method
from best
where best.cell_id is not null
union all
select from_month.cell_id, {{ cell_columns('from_month.') }}, from_month.method
from best
inner join from_month
    on {{ same('best', 'from_month', cell_names()) }}
where best.cell_id is null
