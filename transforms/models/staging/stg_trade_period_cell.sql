-- The cells that each answer is made of, with what must be known of them to give it by partner.
{{ config(meta={'compared': true}) }}
select
    period.answer_id, answer.cell_id, period.n_cells, period.quantity_unit,
    cell.all_partners, cell.standing_group, cell.country_codes, cell.period as cell_period
from {{ ref('stg_trade_answer') }} as answer
inner join {{ ref('stg_trade_cell') }} as cell on answer.cell_id = cell.cell_id
inner join {{ ref('stg_trade_period') }} as period
    on {{ same('answer', 'period', ['reporter', 'flow', 'flow_basis', 'level', 'code', 'period', 'period_type']) }}
