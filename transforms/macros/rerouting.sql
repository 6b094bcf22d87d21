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
