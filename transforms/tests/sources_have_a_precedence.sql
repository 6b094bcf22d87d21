{{ config(severity='warn') }}
-- A source without a place in the seed answers only where no other does.
select distinct answer.source, answer.reporter, answer.flow, answer.flow_basis, answer.level
from {{ ref('stg_trade_answer') }} as answer
left join {{ ref('source_precedence') }} as precedence
    on {{ same('answer', 'precedence', ['reporter', 'flow', 'flow_basis', 'level', 'period_type', 'source']) }}
where precedence.source is null
