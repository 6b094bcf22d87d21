-- The world's exports of what a country's exports of a basket are: the same codes, basis and period, all from one source. Of
-- several sources the one that may be told, then the one with most countries, then the order of sources.
with part as (
    select
        basket.basket_period_id, basket.n_codes_answered,
        period.reporter, period.flow_basis, period.level, period.code, period.period, period.period_type
    from {{ ref('stg_basket') }} as basket
    {{ joined_answers('basket') }}
    where basket.flow = 'export'
),

summed as (
    select
        part.basket_period_id,
        world.source,
        count(*) = min(part.n_codes_answered) as has_all_codes,
        min(world.n_reporters) as n_reporters,
        sum(world.world_usd) as world_usd,
        sum(world.silent_usd) <= {{ var('world_silent_ceiling') }} * sum(world.before_usd) as has_large,
        case when count(total.total_usd) = count(*) then sum(total.total_usd) end as own_usd,
        max(world.evidence_rank) as evidence_rank,
        max(world.data_vintage) as data_vintage
    from part
    inner join {{ ref('stg_export_world') }} as world
        on {{ same('part', 'world', ['flow_basis', 'level', 'code', 'period', 'period_type']) }}
    left join {{ ref('stg_export_total') }} as total
        on {{ same('part', 'total', ['flow_basis', 'level', 'code', 'period', 'period_type', 'reporter']) }}
        and world.source = total.source
    group by part.basket_period_id, world.source
),

judged as (
    select
        *,
        case
            when not has_all_codes then 'the world is not known for each of the codes'
            when n_reporters < {{ var('world_reporters_floor') }} then 'too few countries report for a world'
            when not has_large then 'large exporters of the year before do not report yet'
            when own_usd is null then 'the exporter is not in the sum of the world'
        end as world_note
    from summed
),

ranked as (
    select
        judged.*,
        row_number() over (
            partition by judged.basket_period_id
            order by
                case when judged.world_note is null then 0 else 1 end, judged.n_reporters desc,
                coalesce(precedence.rank, 1000), judged.source
        ) as place
    from judged
    left join {{ ref('source_precedence') }} as precedence on judged.source = precedence.source
)

select
    basket_period_id,
    source as world_source,
    n_reporters,
    case when world_note is null then world_usd end as world_usd,
    case when world_note is null then own_usd end as own_usd,
    world_note,
    case when world_note is null then evidence_rank end as evidence_rank,
    case when world_note is null then data_vintage end as data_vintage
from ranked
where place = 1
