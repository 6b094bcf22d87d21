-- Import dependency by product and year as CEPII's GeoDep defines it: (1) imports concentrated on few partners, (2) world
-- exports concentrated on few exporters, (3) imports above exports, (4) all three in two of three years, of one
-- source of the imports. Each condition stands beside its figure and is NULL where that is not known; the flag is NULL unless
-- all four are known.
{% set concentrated = 4000 %}
{% set no_exports = 9999 %}
with imported as (
    select *
    from {{ ref('stg_trade_period') }}
    where flow = 'import' and period_type = 'CY' and level in ('HS4', 'HS6')
),

part as (
    select
        imported.answer_id, partner.value_usd,
        {{ share_of('partner.value_usd', 'imported.denominator_usd') }} as part
    from imported
    inner join {{ ref('stg_trade_period_partner') }} as partner on imported.answer_id = partner.answer_id
),

spread as (
    select
        answer_id,
        sum(value_usd) as listed_usd,
        count(case when part <= 1 then 1 end) = count(*) as all_known,
        sum(case when part <= 1 then cast(round(part * part, 16) as decimal(24, 16)) end) as squares
    from part
    group by answer_id
),

world_total as (
    select
        level, code, period,
        case when count(value_usd) = count(*) then sum(value_usd) end as value_usd,
        max(evidence_rank) as evidence_rank,
        max(data_vintage) as data_vintage
    from {{ ref('stg_world_export') }}
    group by level, code, period
),

world_part as (
    select
        exporter.level, exporter.code, exporter.period,
        {{ share_of('exporter.value_usd', 'world_total.value_usd') }} as part
    from {{ ref('stg_world_export') }} as exporter
    inner join world_total on {{ same('exporter', 'world_total', ['level', 'code', 'period']) }}
),

world as (
    select
        world_total.level, world_total.code, world_total.period, world_total.evidence_rank, world_total.data_vintage,
        case
            when count(world_part.part) = count(*)
                then sum(cast(round(world_part.part * world_part.part, 16) as decimal(24, 16)))
        end as squares
    from world_total
    inner join world_part on {{ same('world_total', 'world_part', ['level', 'code', 'period']) }}
    group by world_total.level, world_total.code, world_total.period, world_total.evidence_rank, world_total.data_vintage
),

-- all exports of the reporter by its own figures; of two bases that of the source of the imports
own_export as (
    select
        imported.answer_id, exported.flow_basis, exported.source, exported.denominator_usd, exported.denominator_rank,
        exported.evidence_rank, exported.data_vintage,
        row_number() over (
            partition by imported.answer_id
            order by case when imported.source = exported.source then 0 else 1 end, exported.flow_basis desc
        ) as place
    from imported
    inner join {{ ref('stg_trade_period') }} as exported
        on {{ same('imported', 'exported', ['reporter', 'level', 'code', 'period', 'period_type']) }}
    where exported.flow = 'export' and exported.flow_basis in ('FOB', 'TOT_EXP')
),

-- a reconciled table has both sides: who sends nothing is not in it
exported as (
    select answer_id, flow_basis, source, denominator_usd, denominator_rank, evidence_rank, data_vintage
    from own_export
    where place = 1 and answer_id not in (select answer_id from imported where source = 'baci')
    union all
    select
        imported.answer_id, 'FOB', 'baci',
        case when exporter.exporter is null then 0 else exporter.value_usd end,
        1, world.evidence_rank, world.data_vintage
    from imported
    inner join world on {{ same('imported', 'world', ['level', 'code', 'period']) }}
    left join {{ ref('stg_world_export') }} as exporter
        on {{ same('imported', 'exporter', ['level', 'code', 'period']) }}
        and imported.reporter = exporter.exporter
    where imported.source = 'baci'
),

figure as (
    select
        imported.*,
        case
            when imported.denominator_rank = 1 and spread.all_known and spread.listed_usd = imported.denominator_usd
                then round(10000 * cast(spread.squares as {{ type_double() }}), 9)
        end as import_hhi,
        world.code is not null as world_known,
        round(10000 * cast(world.squares as {{ type_double() }}), 9) as world_export_hhi,
        exported.flow_basis as export_basis,
        exported.source as export_source,
        exported.denominator_usd as export_usd,
        case
            when imported.denominator_rank > 2 or exported.denominator_rank > 2 then null
            when exported.denominator_usd = 0 and imported.denominator_usd > 0 then {{ no_exports }}
            else {{ share_of('imported.denominator_usd', 'exported.denominator_usd') }}
        end as import_export_ratio,
        exported.denominator_rank as export_rank,
        exported.evidence_rank as export_evidence_rank,
        exported.data_vintage as export_vintage,
        world.evidence_rank as world_evidence_rank,
        world.data_vintage as world_vintage
    from imported
    left join spread on imported.answer_id = spread.answer_id
    left join world on {{ same('imported', 'world', ['level', 'code', 'period']) }}
    left join exported on imported.answer_id = exported.answer_id
),

met as (
    select
        figure.*,
        import_hhi > {{ concentrated }} as imports_concentrated,
        world_export_hhi > {{ concentrated }} as exports_concentrated,
        import_export_ratio > 1 as imports_above_exports,
        import_hhi > {{ concentrated }} and world_export_hhi > {{ concentrated }} and import_export_ratio > 1 as all_three,
        greatest(data_vintage, coalesce(export_vintage, data_vintage), coalesce(world_vintage, data_vintage)) as used_vintage,
        greatest(evidence_rank, coalesce(export_evidence_rank, 1), coalesce(world_evidence_rank, 1)) as used_rank
    from figure
),

lasting as (
    select
        met.answer_id,
        count(case when near.all_three then 1 end) as n_years_met,
        count(near.all_three) as n_years_known,
        max(case when near.all_three is not null or near.period = met.period then near.used_vintage end) as years_vintage,
        max(case when near.all_three is not null or near.period = met.period then near.used_rank end) as years_rank
    from met
    inner join met as near
        on {{ same('met', 'near', ['reporter', 'flow_basis', 'level', 'code', 'source']) }}
        and near.period between cast({{ dbt.dateadd('year', -2, 'met.period') }} as date) and met.period
    group by met.answer_id
),

judged as (
    select
        met.*,
        lasting.n_years_met,
        lasting.n_years_known,
        lasting.years_vintage,
        lasting.years_rank,
        case
            when lasting.n_years_met >= 2 then true
            when lasting.n_years_met + 3 - lasting.n_years_known < 2 then false
        end as lasts
    from met
    inner join lasting on met.answer_id = lasting.answer_id
)

select
    reporter,
    {{ all_partners() }} as partner_definition,
    {{ basket_of_one('judged') }},
    level,
    code,
    'value' as measure,
    flow_basis,
    period,
    period_type,
    cast(denominator_usd as {{ type_money() }}) as import_usd,
    import_hhi,
    imports_concentrated,
    case
        when import_hhi is not null then null
        when denominator_usd = 0 then 'nothing was imported'
        when denominator_rank > 1 then 'not every partner is listed'
        else 'a partner has no figure'
    end as import_hhi_note,
    world_export_hhi,
    exports_concentrated,
    case
        when world_export_hhi is not null then null
        when world_known then 'an exporter has no figure'
        else 'no table of all exporters for this code and year'
    end as world_export_hhi_note,
    cast(export_usd as {{ type_money() }}) as export_usd,
    import_export_ratio,
    imports_above_exports,
    case
        when import_export_ratio is not null then null
        when export_rank is null then 'no figure of the exports of this code and year'
        when denominator_rank > 2 or export_rank > 2 then 'only the partners asked for are known, on one side or both'
        when denominator_usd is null or export_usd is null then 'a total is not known'
        else 'neither imports nor exports'
    end as import_export_note,
    export_basis,
    export_source,
    cast(n_years_met as integer) as n_years_met,
    cast(n_years_known as integer) as n_years_known,
    lasts,
    case when lasts is null then 'too few of the three years are known' end as lasts_note,
    case
        when imports_concentrated is not null and exports_concentrated is not null and imports_above_exports is not null
            then lasts
    end as is_dependent,
    {{ coverage_of_one() }} as coverage_codes,
    cast(n_cells as integer) as n_obs,
    case
        when source = 'baci' or (flow_basis = 'CIF' and import_export_ratio is not null) then 'estimated'
        else 'derived'
    end as method_status,
    source,
    currency,
    years_vintage as data_vintage,
    {{ evidence_name('years_rank') }} as evidence
from judged
