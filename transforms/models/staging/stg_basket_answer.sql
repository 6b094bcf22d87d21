-- The answers that a version of a basket in a period is made of, one a code that answered, with what must be known of them to
-- give it by partner.
{{ config(meta={'compared': true}) }}
select
    basket.basket_period_id,
    period.answer_id,
    basket.n_codes_answered,
    basket.quantity_unit,
    case when period.n_whole_cells = period.n_cells then 1 else 0 end as is_whole
    {%- for m in physical() %},
    period.denominator_{{ m.end }} is not null as answers_{{ m.end }}
    {%- endfor %}
from {{ ref('stg_basket') }} as basket
{{ joined_answers('basket') }}
