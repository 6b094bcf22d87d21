{% test one_row_each(model, columns) %}
select {{ columns | join(', ') }}, count(*) as found
from {{ rows_to_check(model) }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}

{#- What holds of single columns, all in one reading of the table: a row a rule that is broken, and how many rows break it. Rules
    of one model are one test, since a test costs more than what it looks at. -#}
{% test columns_hold(model, never_null=[], one_of={}, within={}) %}
{%- set rules = [] %}
{%- for name in never_null %}{% do rules.append((name ~ ' is NULL', name ~ ' is null')) %}{% endfor %}
{%- for name, values in one_of.items() %}
{%- do rules.append((name ~ ' is none of ' ~ values | join(', '), name ~ " not in ('" ~ values | join("', '") ~ "')")) %}
{%- endfor %}
{%- for name, (low, high) in within.items() %}
{%- do rules.append((name ~ ' is not within ' ~ low ~ ' and ' ~ high, name ~ ' < ' ~ low ~ ' or ' ~ name ~ ' > ' ~ high)) %}
{%- endfor %}
with counted as (
    select
        {%- for _, broken in rules %}
        count(case when {{ broken }} then 1 end) as rule_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ rows_to_check(model) }}
)

{% for words, _ in rules %}
select '{{ words }}' as rule, rule_{{ loop.index }} as found from counted where rule_{{ loop.index }} > 0
{{ 'union all' if not loop.last }}
{%- endfor %}
{% endtest %}

{#- The rows of a table that the last release did not have: it was released since this check held of the others, and rows of one
    key of a table that grows are made together. -#}
{% macro rows_to_check(relation) -%}
    {%- set checked = graph.nodes.get(model.attached_node) if execute and var('carry') -%}
    {%- if not checked or checked.resource_type != 'model' or checked.config.materialized != 'table' -%}
        {{ relation }}
    {%- elif was_carried(checked.name) -%}
        (select * from {{ relation }} where false)
    {%- elif has_grown(checked.name) -%}
        {%- set grows = checked.config.meta.grows -%}
        (select * from {{ relation }} where {{ grows.row or grows.key }} in (select key from {{ made_of_table(checked.name) }}))
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}
