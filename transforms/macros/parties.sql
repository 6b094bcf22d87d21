{#- A name as its words: case, width, punctuation, markup and hidden characters do not tell names apart. -#}
{% macro name_key(text) -%}
    trim(regexp_replace(
        regexp_replace(
            regexp_replace(
                regexp_replace(
                    replace(replace(lower({{ half_width(text) }}), '&lt;', '<'), '&gt;', '>'),
                    '<[^<>]*>', ' ', 'g'
                ),
                '&#?[0-9a-z]+;', ' ', 'g'
            ),
            '[\x{AD}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2064}\x{2066}-\x{2069}\x{FEFF}]', '', 'g'
        ),
        '[^\p{L}\p{M}\p{N}]+', ' ', 'g'
    ))
{%- endmacro %}

{#- Fullwidth forms of ASCII, as East Asian keyboards write them. -#}
{% macro half_width(text) -%}
    translate(
        {{ text }},
        '！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～　',
        '!"#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~ '
    )
{%- endmacro %}

{#- A key without the words for a legal form at its end; `Holdings` and `Group` are no legal forms and stay. -#}
{% macro bare_key(key) -%}
    regexp_replace({{ key }}, '( (co|company|ltd|limited|inc|incorporated|corp|corporation|llc|l l c|plc|p l c|lp|llp'
        || '|gmbh|ag|sa|s a|spa|s p a|srl|sarl|nv|n v|bv|b v|ab|oyj|asa|kk|pte|pty|bhd|sdn|jsc|ojsc|pjsc|ooo|oao|fze|fzco))+$', '')
{%- endmacro %}

{#- Some names hold two parties: `A (short). Affiliated Entity: B` is an entry of B, which belongs to A. -#}
{% macro belongs_mark() -%}
    [\s.,;]*\b(and\s+)?(affiliated entit(y|ies)\s*:|subordinate (institution|entity)\s*[-:]?)
{%- endmacro %}

{% macro own_name(name) -%}
    regexp_replace(
        regexp_replace({{ name }}, '(?is)^.*{{ belongs_mark() }}\s*', ''),
        '(?is)[;,]?\s*\band\s+(any|its)\s+(successor|sub-?unit).*$', ''
    )
{%- endmacro %}

{#- The party that the entry's own party belongs to; NULL where the name holds one party. -#}
{% macro owner_name(name) -%}
    case
        when regexp_matches({{ name }}, '(?is){{ belongs_mark() }}')
            then regexp_replace({{ name }}, '(?is){{ belongs_mark() }}.*$', '')
    end
{%- endmacro %}

{#- What stands in brackets at the end of a name, mostly its short form; NULL without. -#}
{% macro short_form(name) -%}
    nullif(regexp_extract({{ name }}, '\(([^()]*)\)[\s.,;]*$', 1), '')
{%- endmacro %}

{% macro without_short_form(name) -%}
    regexp_replace({{ name }}, '\s*\([^()]*\)[\s.,;]*$', '')
{%- endmacro %}

{#- The name of a list without its abbreviation and its agency, which the Consolidated Screening List writes in several ways. -#}
{% macro list_key(name) -%}
    trim(regexp_replace(regexp_replace(lower({{ name }}), '(\s*\(|\s+-\s+).*$', ''), '\s+list$', ''))
{%- endmacro %}

{#- The pieces of a "; "-joined cell, one row each; a mark of markup ends in `;` too and is no border. -#}
{% macro pieces(text) -%}
    unnest(string_split(regexp_replace({{ text }}, '&#?[0-9A-Za-z]+;', ' ', 'g'), ';'))
{%- endmacro %}

{#- Whether a text shows a pattern, written in lower case; a pattern that is not given always fits. -#}
{% macro fits(text, pattern) -%}
    ({{ pattern }} is null or coalesce(regexp_matches(lower({{ text }}), {{ pattern }}), false))
{%- endmacro %}

{#- One short text that differs where any of the columns differs; a blank cell is no missing one. -#}
{% macro digest(columns) -%}
    md5(
        {%- for column in columns %}
        coalesce('=' || cast({{ column }} as {{ dbt.type_string() }}), '') || chr(31){{ ' ||' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
