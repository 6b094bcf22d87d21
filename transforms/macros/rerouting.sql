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

{#- A month as a number: the next month has the next one. -#}
{% macro month_number(period) -%} extract(year from {{ period }}) * 12 + extract(month from {{ period }}) {%- endmacro %}
