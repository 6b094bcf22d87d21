-- What all countries say they exported of a code, from one source and basis, with how many they are, and how much of the year
-- before was told by countries that are silent now: large exporters report late, and without them a sum is no world.
with now as (
    select
        source, flow_basis, level, code, period, period_type,
        count(*) as n_reporters,
        sum(total_usd) as world_usd,
        max(evidence_rank) as evidence_rank,
        max(data_vintage) as data_vintage
    from {{ ref('stg_export_total') }}
    group by source, flow_basis, level, code, period, period_type
),

earlier as (
    select
        before.source, before.flow_basis, before.level, before.code,
        cast({{ dbt.dateadd('month', 12, 'before.period') }} as date) as period,
        before.period_type,
        before.total_usd,
        now.reporter is null as is_silent
    from {{ ref('stg_export_total') }} as before
    left join {{ ref('stg_export_total') }} as now
        on {{ same('before', 'now', ['source', 'flow_basis', 'level', 'code', 'period_type', 'reporter']) }}
        and now.period = cast({{ dbt.dateadd('month', 12, 'before.period') }} as date)
),

silent as (
    select
        source, flow_basis, level, code, period, period_type,
        sum(total_usd) as before_usd,
        sum(case when is_silent then total_usd else 0 end) as silent_usd
    from earlier
    group by source, flow_basis, level, code, period, period_type
)

select now.*, coalesce(silent.before_usd, 0) as before_usd, coalesce(silent.silent_usd, 0) as silent_usd
from now
left join silent
    on {{ same('now', 'silent', ['source', 'flow_basis', 'level', 'code', 'period', 'period_type']) }}
