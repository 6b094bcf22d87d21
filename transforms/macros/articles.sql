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

{#- The registered part of an address's host: the last two labels, three below a country's shared label (gov.uk, com.cn);
    a numeric host is its own site. -#}
{% macro site_of(url) -%}
{%- set host = "split_part(split_part(split_part(" ~ url ~ ", '/', 3), '?', 1), ':', 1)" -%}
case
    when {{ host }} like '[%' then split_part(split_part({{ url }}, '://[', 2), ']', 1)
    when regexp_matches({{ host }}, '(^|[.])[0-9]+[.]?$') then rtrim({{ host }}, '.')
    else regexp_extract(
        rtrim({{ host }}, '.'),
        '([^.]+[.](ac|co|com|edu|gov|go|net|ne|or|org)[.][^.]{2}|[^.]+[.][^.]+|[^.]+)$', 1
    )
end
{%- endmacro %}

{#- A title in which copies are equal: lower case, letters and digits only. -#}
{% macro plain_title(title) -%} nullif(regexp_replace(lower({{ title }}), '[^\p{L}\p{N}]+', '', 'g'), '') {%- endmacro %}

{#- The distinct values of a group in order, joined by '; '; NULL where there is none. By lists: over a million groups a
    distinct ordered string_agg takes seven times as long. -#}
{% macro joined(column) -%}
nullif(array_to_string(list_sort(list_distinct(list({{ column }}))), '; '), '')
{%- endmacro %}

{#- When each address was first named by a feed. -#}
{% macro first_named_by_feed() -%}
    select item.feed, item.url_key, min(document.retrieved_at) as first_seen
    from {{ source('lake', 'news_item') }} as item
    inner join {{ ref('stg_document') }} as document on item.document_id = document.document_id
    group by item.feed, item.url_key
{%- endmacro %}
