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

{#- A cell's id: its number in its part, after the number of the part. -#}
{% macro cell_id(part, cell) -%} {{ part }}.part_number * 1000000000 + {{ cell }}.cell_number {%- endmacro %}

{#- The part that a cell is in. -#}
{% macro part_of(cell_id) -%} {{ cell_id }} // 1000000000 {%- endmacro %}

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

{#- A number for a row of a series and period: that of the series, the kind of period and its first day, so that a new month
    leaves the numbers of the others as they are. -#}
{% macro period_id(row, series) -%}
    (
        dense_rank() over (order by {% for name in series %}{{ row }}.{{ name }}{{ ', ' if not loop.last }}{% endfor %}) * 10
        + case {{ row }}.period_type when 'M' then 1 when 'Q' then 2 when 'CY' then 3 when 'YTD' then 4 when 'TTM' then 5 end
    ) * 100000000
    + extract(year from {{ row }}.period) * 10000 + extract(month from {{ row }}.period) * 100 + extract(day from {{ row }}.period)
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
