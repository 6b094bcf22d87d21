{#- An address without its side doors: the hosts m., mobile., amp., wap. and the marks of AMP in path and query. -#}
{% macro front_door(address) -%}
    regexp_replace(
        regexp_replace(
            regexp_replace(
                regexp_replace(
                    regexp_replace({{ address }}, '^https://(?:(?:www|m|mobile|amp|wap)\.)+([^./]+\.[^/])', 'https://\1'),
                    '([?&])(?:amp(?:=[^&]*)?|outputType=amp)(?:&|$)', '\1'
                ),
                '[?&]$', ''
            ),
            '^(https://[^/]+)/amp/', '\1/'
        ),
        '(?:/amp|\.amp)?(?:(\.html?)|/)?(\?.*)?$', '\1\2'
    )
{%- endmacro %}

{#- The host of an address. -#}
{% macro host_of(address) -%} split_part(split_part({{ address }}, '/', 3), '?', 1) {%- endmacro %}

{#- A title in which copies are equal: lower case, letters and digits only. -#}
{% macro plain_title(title) -%} nullif(regexp_replace(lower({{ title }}), '[^\p{L}\p{N}]+', '', 'g'), '') {%- endmacro %}

{#- The distinct values of a group in order, joined by '; '; NULL where there is none. By lists: over a million groups a
    distinct ordered string_agg takes seven times as long. -#}
{% macro joined(column) -%}
nullif(array_to_string(list_sort(list_distinct(list({{ column }}))), '; '), '')
{%- endmacro %}
