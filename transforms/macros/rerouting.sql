{#- Levels whose codes mean the same everywhere: beyond six digits each country has lines of its own. -#}
{% macro shared_levels() -%} ('HS2', 'HS4', 'HS6') {%- endmacro %}

{#- Periods long enough for goods to come in and go out again. -#}
{% macro passing_periods() -%} ('Q', 'CY', 'TTM') {%- endmacro %}

{#- Exports with re-exports among them: goods that pass through are in no part of exports alone. -#}
{% macro whole_export_bases() -%} ('FOB', 'TOT_EXP') {%- endmacro %}

{#- Names joined by +, each once and in order. -#}
{% macro each_once(names) -%}
    array_to_string(list_sort(list_distinct(string_split({{ names }}, '+'))), '+')
{%- endmacro %}

{#- A share with a fixed number of places: such shares add up to the same whatever their order. -#}
{% macro type_share() -%} decimal(24, 12) {%- endmacro %}

{#- Logarithms with a fixed number of places: sums of them and of their products are exact. -#}
{% macro type_log() -%} decimal(15, 12) {%- endmacro %}

{#- Change of the logarithm against the month before, of one source; NULL where either month has nothing. -#}
{% macro log_change(now, before) -%}
    cast(case when {{ now }}.value_usd > 0 and {{ before }}.value_usd > 0 then round(
        ln(cast({{ now }}.value_usd as {{ type_double() }}) / cast({{ before }}.value_usd as {{ type_double() }})), 12
    ) end as {{ type_log() }})
{%- endmacro %}

{#- What each definition's partners sent of the baskets in a CTE: NULL where one of them is unknown; absent from a whole list
    is zero. -#}
{% macro exposed_by_definition(basket) -%}
    select
        basket.basket_period_id, definition.partner_definition,
        case
            when count(case
                when partner.basket_period_id is not null then partner.value_usd
                when basket.n_whole_codes = basket.n_codes_answered then 0
            end) = count(*) then coalesce(sum(partner.value_usd), 0)
        end as exposed_usd
    from {{ basket }} as basket
    cross join {{ ref('partner_definition') }} as definition
    left join {{ ref('stg_basket_partner') }} as partner
        on basket.basket_period_id = partner.basket_period_id and definition.partner = partner.partner
    group by basket.basket_period_id, definition.partner_definition
{%- endmacro %}

{#- The level of the baskets in a CTE and how many reported cells, code by period, they are made of. -#}
{% macro cells_of(basket) -%}
    select basket.basket_period_id, max(member.level) as level, sum(period.n_cells) as n_cells
    from {{ basket }} as basket
    {{ joined_answers('basket') }}
    group by basket.basket_period_id
{%- endmacro %}
