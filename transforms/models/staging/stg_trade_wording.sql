-- What trade figures say in words (status, currency, units, edition), numbered: few enough to be looked up by every row.
{{ config(meta={'compared': true}) }}
select
    row_number() over (order by {{ payload_words() | join(', ') }}) as wording_number,
    {{ payload_words() | join(', ') }}
from (
    select distinct {{ payload_words() | join(', ') }} from {{ source('lake', 'trade_flow_vintage') }}
) as said
