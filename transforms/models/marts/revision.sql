-- What a source changed after it had said it, a basket and period: one row a time at which figures changed.
-- A cell here is a code and a partner. A figure said for the first time is no revision, unless a document that spoke for it
-- had left it out. The value is that of the source's world rows, where a code has none that of its countries, in the
-- source's own currency: a rate is no revision. While a world row is missing beside its countries, there is no value.
{{ config(meta={'grows': {
    'key': "source || ' ' || cast(period as varchar)", 'over': 'stg_trade_seen', 'of': 'stg_trade_part', 'by': 'part_number',
}}) }}
{% set slice = ['source', 'reporter', 'flow', 'flow_basis', 'period', 'period_type'] %}
with member as (
    select distinct level, code from {{ ref('basket_member') }}
),

seen as (
    select seen.cell_id, {{ cell_columns('seen.') }}, seen.document_order
    from {{ ref('stg_trade_seen') }} as seen
    inner join member on seen.level = member.level and seen.code = member.code
),

-- where one document alone has to do with each cell, nothing was said twice and nothing is revised
heard as (
    select cell_id, document_order from seen
    union
    select scope.cell_id, scope.document_order
    from {{ ref('stg_trade_scope') }} as scope
    inner join (select distinct cell_id from seen) as known on scope.cell_id = known.cell_id
),

again as (
    select distinct {% for name in slice %}seen.{{ name }}{{ ', ' if not loop.last }}{% endfor %}
    from seen
    inner join (select cell_id from heard group by cell_id having count(*) > 1) as several
        on seen.cell_id = several.cell_id
),

cell as (
    select distinct seen.cell_id, {{ cell_columns('seen.') }}
    from seen
    inner join again
        on {{ same('seen', 'again', slice) }}
),

-- versions that stood for no time were never the answer
version as (
    select
        flow.cell_id, flow.partner_code, flow.partner_kind, flow.status, flow.value, flow.currency, flow.known_from,
        flow.known_to, flow.document_order, flow.until_order, flow.evidence_rank
    from {{ ref('stg_trade_flow') }} as flow
    inner join cell on flow.cell_id = cell.cell_id
    where flow.partner_kind in ('country', 'world') and (flow.known_to is null or flow.known_to > flow.known_from)
),

kind as (
    select
        cell_id,
        max(case when partner_kind = 'world' then 1 else 0 end) = 1 as has_world,
        max(case when partner_kind = 'country' then 1 else 0 end) = 1 as has_countries,
        min(currency) as first_currency,
        max(currency) as last_currency
    from version
    group by cell_id
),

spoken as (
    select scope.cell_id, scope.partner_code, min(document.vintage_at) as spoken_from
    from {{ ref('stg_trade_scope') }} as scope
    inner join cell on scope.cell_id = cell.cell_id
    inner join {{ ref('stg_trade_document') }} as document on scope.document_order = document.document_order
    group by scope.cell_id, scope.partner_code
),

step as (
    select
        version.*,
        lag(known_from) over by_key is null as earliest,
        coalesce(lag(known_to) over by_key = known_from, false) as follows,
        lag(status) over by_key as old_status,
        lag(value) over by_key as old_value,
        lag(currency) over by_key as old_currency,
        coalesce(lead(known_from) over by_key = known_to, false) as followed
    from version
    window by_key as (partition by cell_id, partner_code order by known_from)
),

change as (
    select
        step.cell_id, step.partner_kind, step.known_from as changed_at, step.document_order, step.evidence_rank,
        step.follows as was, true as is_there,
        case when step.follows then step.old_value end as old_value, step.value as new_value,
        not step.follows
        or step.old_status <> step.status
        or step.old_currency <> step.currency
        or step.old_value is distinct from step.value as differs,
        step.earliest
        and not coalesce(whole.spoken_from < step.known_from, false)
        and not coalesce(named.spoken_from < step.known_from, false) as is_first
    from step
    left join spoken as whole on step.cell_id = whole.cell_id and whole.partner_code is null
    left join spoken as named on step.cell_id = named.cell_id and step.partner_code = named.partner_code
    union all
    select
        cell_id, partner_kind, known_to, until_order, evidence_rank,
        true, false, value, null, true, false
    from step
    where known_to is not null and not followed
),

-- what counts as a cell and what makes the value
weighed as (
    select
        change.*,
        change.partner_kind = 'country' or not kind.has_countries as counts,
        case when kind.has_world then 'world' else 'country' end = change.partner_kind as is_value
    from change
    inner join kind on change.cell_id = kind.cell_id
    where change.differs
),

moved as (
    select
        cell_id, changed_at, document_order, is_first,
        sum(case when is_value then coalesce(new_value, 0) - coalesce(old_value, 0) else 0 end) as value_moved,
        sum(
            case when is_value and is_there and new_value is null then 1 else 0 end
            - case when is_value and was and old_value is null then 1 else 0 end
        ) as unreported_moved,
        sum(case when counts then 1 else 0 end) as n_changed,
        sum(case when counts and not was then 1 else 0 end) as n_new,
        sum(case when counts and not is_there then 1 else 0 end) as n_withdrawn,
        max(evidence_rank) as evidence_rank
    from weighed
    group by cell_id, changed_at, document_order, is_first
),

-- how many countries and world rows came or went, where a code has both
came as (
    select
        weighed.cell_id, weighed.changed_at,
        {% for kind in ['world', 'country'] %}
        sum(case when partner_kind = '{{ kind }}' then came else 0 end) as {{ kind }}_moved,
        sum(case when partner_kind = '{{ kind }}' and not is_first then came else 0 end)
            as {{ kind }}_again{{ ',' if not loop.last }}
        {% endfor %}
    from (select *, case when is_there then 1 else -1 end as came from weighed where is_there <> was) as weighed
    inner join kind on weighed.cell_id = kind.cell_id
    where kind.has_world and kind.has_countries
    group by weighed.cell_id, weighed.changed_at
),

there as (
    select
        came.*,
        sum(world_moved) over so_far - world_moved as worlds,
        sum(country_moved) over so_far - country_moved as countries
    from came
    window so_far as (
        partition by cell_id order by changed_at rows between unbounded preceding and current row
    )
),

-- countries without their world row: what they add up to is not known, until it is back
worldless as (
    select
        cell_id, changed_at,
        case when countries > 0 and worlds = 0 then 1 else 0 end as until_then,
        case when countries + country_again > 0 and worlds + world_again = 0 then 1 else 0 end as again,
        case when countries + country_moved > 0 and worlds + world_moved = 0 then 1 else 0 end as from_then
    from there
),

told as (
    select * from moved
    union all
    select cell_id, changed_at, null, false, 0, again - until_then, 0, 0, 0, null
    from worldless
    where again <> until_then
    union all
    select cell_id, changed_at, null, true, 0, from_then - again, 0, 0, 0, null
    from worldless
    where from_then <> again
),

event as (
    select
        basket.basket_id, basket.basket_version, basket.is_current_version,
        cell.source, cell.reporter, cell.flow, cell.flow_basis, cell.period, cell.period_type,
        told.changed_at,
        min(kind.first_currency) as first_currency,
        max(kind.last_currency) as last_currency,
        sum(told.value_moved) as value_moved,
        sum(told.unreported_moved) as unreported_moved,
        sum(told.n_new - told.n_withdrawn) as cells_moved,
        {% for name in ['value_moved', 'unreported_moved', 'n_changed', 'n_new', 'n_withdrawn'] %}
        sum(case when told.is_first then 0 else told.{{ name }} end) as {{ name }}_again,
        {% endfor %}
        count(distinct case when not told.is_first then told.document_order end) as n_documents,
        max(case when not told.is_first then told.document_order end) as document_order,
        max(case when not told.is_first then told.evidence_rank end) as evidence_rank
    from told
    inner join kind on told.cell_id = kind.cell_id
    inner join cell on told.cell_id = cell.cell_id
    inner join {{ ref('basket_member') }} as member on cell.level = member.level and cell.code = member.code
    inner join {{ ref('stg_basket_version') }} as basket
        on member.basket_id = basket.basket_id and member.version = basket.basket_version
    group by
        basket.basket_id, basket.basket_version, basket.is_current_version, cell.source, cell.reporter, cell.flow,
        cell.flow_basis, cell.period, cell.period_type, told.changed_at
),

standing as (
    select
        event.*,
        sum(value_moved) over so_far - value_moved as old_value,
        sum(unreported_moved) over so_far - unreported_moved as old_unreported,
        sum(cells_moved) over so_far - cells_moved as old_cells,
        min(first_currency) over whole = max(last_currency) over whole as one_currency
    from event
    window
        so_far as (
            partition by source, reporter, flow, flow_basis, basket_id, basket_version, period, period_type
            order by changed_at
            rows between unbounded preceding and current row
        ),
        whole as (
            partition by source, reporter, flow, flow_basis, basket_id, basket_version, period, period_type
        )
)

select
    standing.source,
    standing.reporter,
    standing.basket_id,
    standing.basket_version,
    standing.is_current_version,
    standing.flow,
    standing.flow_basis,
    standing.period,
    standing.period_type,
    standing.changed_at as known_from,
    cast(case when one_currency and old_unreported = 0 then old_value end as {{ type_money() }}) as old_value,
    cast(case when one_currency and old_unreported + unreported_moved_again = 0 then old_value + value_moved_again end
        as {{ type_money() }}) as new_value,
    case when one_currency then standing.first_currency end as currency,
    cast(old_cells + n_new_again as {{ dbt.type_bigint() }}) as n_cells,
    cast(n_changed_again as {{ dbt.type_bigint() }}) as n_cells_changed,
    round(cast(n_changed_again as {{ type_double() }}) / nullif(old_cells + n_new_again, 0), 12) as changed_share,
    cast(n_new_again as {{ dbt.type_bigint() }}) as n_new,
    cast(n_withdrawn_again as {{ dbt.type_bigint() }}) as n_withdrawn,
    cast(n_documents as {{ dbt.type_bigint() }}) as n_documents,
    document.document_id,
    {{ evidence_name('standing.evidence_rank') }} as evidence
from standing
inner join {{ ref('stg_trade_document') }} as document on standing.document_order = document.document_order
