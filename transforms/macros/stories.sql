{% macro site_of(url) -%}
regexp_replace(split_part(split_part({{ url }}, '://', 2), '/', 1), '^(www|m|mobile|amp|wap)[.]', '')
{%- endmacro %}
