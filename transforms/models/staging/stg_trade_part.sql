-- The parts of the lake's vintages, numbered by source and first day: a new month leaves the numbers of the others as they are.
select
    source,
    period,
    dense_rank() over (order by source) * 100000000 + extract(year from period) * 10000
    + extract(month from period) * 100 + extract(day from period) as part_number
from {{ source('lake', 'trade_cell_document') }}
group by source, period
