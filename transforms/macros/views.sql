{#- A released view names no database: readers may attach its file under any name. -#}
{% macro duckdb__create_view_as(relation, sql) -%}
    {%- if config.get('contract').enforced %}{{ get_assert_columns_equivalent(sql) }}{% endif %}
    create view {{ relation }} as (
    {{ sql | replace(adapter.quote(relation.database) ~ '.', '') }}
    );
    {%- if var('carry') %}
    {{ leave_mark(made_of(sql), relation) }}
    {%- endif %}
{%- endmacro %}
