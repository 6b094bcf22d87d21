{#- The edition of the Harmonized System in force on a day: each came into force on the first of January of its year. -#}
{% macro hs_edition_in_force(day) -%}
    case
        {%- for year in [2022, 2017, 2012, 2007, 2002] %}
        when {{ day }} >= cast('{{ year }}-01-01' as date) then '{{ year }}'
        {%- endfor %}
    end
{%- endmacro %}
