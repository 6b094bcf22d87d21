{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}

{#- The columns that name a cell: what one source says of one code in one period, all partners together. -#}
{% macro cell_names() -%}
    {{ return(['source', 'reporter', 'flow', 'flow_basis', 'level', 'code', 'period', 'period_type']) }}
{%- endmacro %}

{% macro cell_columns(prefix='') -%}
    {%- for name in cell_names() -%} {{ prefix }}{{ name }}{{ ', ' if not loop.last }} {%- endfor -%}
{%- endmacro %}

{#- The parts of the lake's vintages, numbered; with a cell's number in its part that makes its id. -#}
{% macro trade_parts() -%}
    select source, period, row_number() over (order by source, period) as part_number
    from {{ source('lake', 'trade_cell_document') }}
    group by source, period
{%- endmacro %}

{% macro cell_id(part, cell) -%} {{ part }}.part_number * 1000000000 + {{ cell }}.cell_number {%- endmacro %}

{#- Two rows have the same in each of these columns; nothing is the same as NULL. -#}
{% macro same(left, right, names) -%}
    {%- for name in names %}
    {{ 'and ' if not loop.first }}{{ left }}.{{ name }} = {{ right }}.{{ name }}
    {%- endfor %}
{%- endmacro %}

{#- The same, or NULL in both. -#}
{% macro same_or_null(left, right, names) -%}
    {%- for name in names %}
    {{ 'and ' if not loop.first }}{{ left }}.{{ name }} is not distinct from {{ right }}.{{ name }}
    {%- endfor %}
{%- endmacro %}

{#- What a row says in words beside its key and figures. -#}
{% macro payload_words() -%}
    {{ return(['status', 'currency', 'unit_1', 'unit_2', 'hs_edition']) }}
{%- endmacro %}

{#- The columns that name one version of a basket in a period. -#}
{% macro basket_period_names() -%}
    {{ return(['basket_id', 'basket_version', 'reporter', 'flow_basis', 'period', 'period_type']) }}
{%- endmacro %}

{% macro basket_period_columns(prefix='') -%}
    {%- for name in basket_period_names() -%} {{ prefix }}{{ name }}{{ ', ' if not loop.last }} {%- endfor -%}
{%- endmacro %}

{#- The partner code systems that have a seed of their own. -#}
{% macro code_systems() -%}
    {{ return(['gacc', 'geonom', 'japan', 'm49', 'schedule_c']) }}
{%- endmacro %}

{#- Whose trade a row is of that is about all partners together: the name of no country and of no definition. -#}
{% macro all_partners() -%} 'WORLD' {%- endmacro %}

{#- What is valued where a row divides or subtracts figures of two bases: the imports' first. -#}
{% macro two_bases() -%} import_basis || '/' || export_basis {%- endmacro %}

{#- One code as a basket: it has no row among the baskets, and its list never changes. -#}
{% macro basket_of_one(row) -%}
    {{ row }}.level || ':' || {{ row }}.code as basket_id,
    '1.0.0' as basket_version
{%- endmacro %}

{#- How much of it has an answer: a code without one has no row. -#}
{% macro coverage_of_one() -%} cast(1 as {{ type_double() }}) {%- endmacro %}
