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
