-- Which documents speak for a cell, whether or not they hold a row of it: for every partner (partner_code NULL) or for
-- the partners their request named. Only complete answers speak; an empty answer (204) never does.
with cell as (
    select distinct cell_id, {{ cell_columns() }}, left(code, 2) as chapter
    from {{ ref('stg_trade_seen') }}
),

slice as (
    select
        document.source,
        scope.reporter,
        scope.flow,
        scope.flow_basis,
        scope.level,
        scope.period,
        scope.period_type,
        scope.code_prefix,
        left(scope.code_prefix, 2) as chapter,
        scope.partner_code,
        document.document_order
    from {{ source('lake', 'trade_scope') }} as scope
    inner join {{ ref('stg_document') }} as document on scope.document_id = document.document_id
    where scope.complete and document.status <> 204
),

spoken as (
    {% for whole_chapter in [false, true] %}
    select cell.cell_id, slice.partner_code, slice.document_order
    from cell
    inner join slice
        on {{ same('cell', 'slice', ['source', 'reporter', 'flow', 'flow_basis', 'level', 'period', 'period_type']) }}
        {% if not whole_chapter %}and cell.chapter = slice.chapter{% endif %}
        and left(cell.code, length(slice.code_prefix)) = slice.code_prefix
    where length(slice.code_prefix) {{ '< 2' if whole_chapter else '>= 2' }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select distinct cell_id, partner_code, document_order
from spoken
