{{ config(severity='warn') }}
-- A source without a place in the seed answers only where no other does.
select distinct answer.source
from {{ ref('stg_trade_answer') }} as answer
left join {{ ref('source_precedence') }} as precedence on answer.source = precedence.source
where precedence.source is null
