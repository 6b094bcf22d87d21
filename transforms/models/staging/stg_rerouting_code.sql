-- What of one code can have passed through a connector: the lesser of what it took from the origin and what it sent on, in one
-- period and at one level. Exports are the connector's own (side own) or the reporter's imports from it (side mirror), never
-- both in a row. Only levels whose codes all countries share, and exports that re-exports are among. Unknown is not zero: a leg
-- that an answer neither lists nor names leaves the bound NULL.
with answer as (
    select *
    from {{ ref('stg_trade_period') }}
    where level in {{ shared_levels() }} and period_type in {{ passing_periods() }}
),

reporter as (
    select distinct answer.reporter, coalesce(country.kind = 'union', false) as is_union
    from {{ ref('stg_trade_period') }} as answer
    left join {{ ref('country') }} as country on answer.reporter = country.iso3
    where answer.flow = 'import'
),

origin_part as (
    select
        answer.answer_id, definition.partner_definition,
        case
            when partner.answer_id is not null then partner.value_usd
            when answer.n_whole_cells = answer.n_cells then 0
        end as value_usd
    from answer
    inner join {{ ref('connector') }} as connector on answer.reporter = connector.connector
    cross join {{ ref('partner_definition') }} as definition
    left join {{ ref('stg_trade_period_partner') }} as partner
        on answer.answer_id = partner.answer_id and definition.partner = partner.partner
    where answer.flow = 'import'
),

origin_leg as (
    select
        answer_id, partner_definition,
        case when count(value_usd) = count(*) then sum(value_usd) end as import_usd
    from origin_part
    group by answer_id, partner_definition
),

sent as (
    select answer.answer_id, 'own' as side, reporter.reporter, answer.reporter as connector, reporter.reporter as partner, reporter.is_union
    from answer
    inner join {{ ref('connector') }} as connector on answer.reporter = connector.connector
    inner join reporter on answer.reporter <> reporter.reporter
    where answer.flow = 'export' and answer.flow_basis in {{ whole_export_bases() }}
    union all
    select answer.answer_id, 'mirror', answer.reporter, connector.connector, connector.connector, false
    from answer
    inner join {{ ref('connector') }} as connector on answer.reporter <> connector.connector
    where answer.flow = 'import'
),

export_leg as (
    select
        sent.side, sent.reporter, sent.connector, sent.answer_id,
        case
            when partner.answer_id is not null then partner.value_usd
            when answer.n_whole_cells = answer.n_cells and not sent.is_union then 0
        end as export_usd
    from sent
    inner join answer on sent.answer_id = answer.answer_id
    left join {{ ref('stg_trade_period_partner') }} as partner
        on sent.answer_id = partner.answer_id and sent.partner = partner.partner
)

select
    export_leg.reporter,
    export_leg.connector,
    origin_leg.partner_definition,
    export_leg.side,
    taken.flow_basis as import_basis,
    given.flow_basis as export_basis,
    taken.level,
    taken.code,
    taken.period,
    taken.period_type,
    origin_leg.import_usd,
    export_leg.export_usd,
    case when origin_leg.import_usd <= export_leg.export_usd then origin_leg.import_usd
        when origin_leg.import_usd > export_leg.export_usd then export_leg.export_usd
    end as upper_bound_usd,
    taken.n_cells as n_import_cells,
    given.n_cells as n_export_cells,
    {{ each_once("taken.source || '+' || given.source") }} as source,
    case when taken.evidence_rank > given.evidence_rank then taken.evidence_rank else given.evidence_rank end as evidence_rank,
    case when taken.data_vintage > given.data_vintage then taken.data_vintage else given.data_vintage end as data_vintage
from origin_leg
inner join answer as taken on origin_leg.answer_id = taken.answer_id
inner join answer as given on {{ same('taken', 'given', ['level', 'code', 'period', 'period_type']) }}
inner join export_leg on given.answer_id = export_leg.answer_id and taken.reporter = export_leg.connector
left join {{ ref('partner_definition') }} as origin
    on origin_leg.partner_definition = origin.partner_definition
    and origin.partner in (export_leg.reporter, export_leg.connector)
where origin.partner is null
