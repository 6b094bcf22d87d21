-- One code seen from both sides over twelve months: what an importer says came from a country, and what that country says it sent there.
-- Only codes that both answer by partner, at one level; for twelve months to a month the exporter's may end up to two
-- months earlier: goods at sea. Absent from a complete listing is zero, else unknown; a union is never zero by absence.
with answer as (
    select *, n_whole_cells = n_cells as is_whole
    from {{ ref('stg_trade_period') }}
    where period_type in ('CY', 'TTM') and partners_given
),

lag as (
    select 'CY' as period_type, 0 as lag_months
    {%- for months in range(3) %}
    union all
    select 'TTM', {{ months }}
    {%- endfor %}
),

pair as (
    select
        import.answer_id as import_answer_id,
        export.answer_id as export_answer_id,
        lag.lag_months,
        import.reporter as importer,
        export.reporter as exporter,
        import.flow_basis as import_basis,
        export.flow_basis as export_basis,
        import.level,
        import.code,
        import.period,
        export.period as export_period,
        import.period_type,
        import.is_whole and import_union.iso3 is null as absent_is_zero_import,
        export.is_whole and export_union.iso3 is null as absent_is_zero_export,
        import.n_cells as n_import_cells,
        export.n_cells as n_export_cells,
        import.method as import_method,
        export.method as export_method,
        import.source as import_source,
        export.source as export_source,
        greatest(import.evidence_rank, export.evidence_rank) as evidence_rank,
        greatest(import.data_vintage, export.data_vintage) as data_vintage
    from answer as import
    inner join lag on import.period_type = lag.period_type
    inner join answer as export
        on {{ same('import', 'export', ['level', 'code', 'period_type']) }}
        and export.period = cast({{ dbt.dateadd('month', '-lag.lag_months', 'import.period') }} as date)
        and import.reporter <> export.reporter
    left join {{ ref('country') }} as import_union on export.reporter = import_union.iso3 and import_union.kind = 'union'
    left join {{ ref('country') }} as export_union on import.reporter = export_union.iso3 and export_union.kind = 'union'
    left join {{ ref('country_group') }} as inside
        on (import.reporter = inside.country_group and export.reporter = inside.iso3)
        or (export.reporter = inside.country_group and import.reporter = inside.iso3)
    where import.flow = 'import' and export.flow = 'export' and inside.iso3 is null
)

select
    pair.*,
    case when sent.partner is not null then sent.value_usd when pair.absent_is_zero_import then 0 end as import_usd,
    case when taken.partner is not null then taken.value_usd when pair.absent_is_zero_export then 0 end as export_usd
from pair
left join {{ ref('stg_trade_period_partner') }} as sent
    on pair.import_answer_id = sent.answer_id and pair.exporter = sent.partner
left join {{ ref('stg_trade_period_partner') }} as taken
    on pair.export_answer_id = taken.answer_id and pair.importer = taken.partner
where pair.export_basis in ('FOB', 'TOT_EXP', 'RE_EXP')
