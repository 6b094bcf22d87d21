{#- Whose rights a document's words are under: the feed it was asked for, else its source. -#}
{% macro rights_of(document) -%}
    rights.subject_kind = case when {{ json_text(document ~ '.scope', 'feed') }} is null then 'source' else 'feed' end
    and rights.subject = coalesce({{ json_text(document ~ '.scope', 'feed') }}, {{ document }}.source)
{%- endmacro %}

{#- Why a feed's answer was refused, without the words of the answer that the reason may quote, where they may not be
    released. Quotes stand in brackets, after an error's name, or after what was documented. -#}
{% macro allowed_reason(column, rights='rights') -%}
    case
        when {{ rights }}.subject_kind = 'feed' and {{ rights }}.text_use <> 'full'
            then case
                when {{ column }} like 'the parser stopped: %'
                    then 'the parser stopped: ' || split_part({{ column }}, ': ', 2)
                else split_part(split_part(split_part({{ column }}, ' (''', 1), ' ("', 1), ' than documented: ', 1)
            end
        else {{ column }}
    end
{%- endmacro %}

{#- A column of publishers' words holds none whose rights, as they are now, do not allow it. `by` is the column that says
    whose they are: document_id, feed or source. It blames no document: words that slip through are our own fault. -#}
{% test releases_obey_rights(model, column_name, by='document_id') %}
select '{{ column_name }}' as words_column, rights.subject_kind, rights.subject, count(*) as found
from {{ model }} as words
{% if by == 'document_id' -%}
left join {{ source('lake', 'document') }} as document on words.document_id = document.document_id
left join {{ source('lake', 'rights') }} as rights on {{ rights_of('document') }}
{%- else -%}
left join {{ source('lake', 'rights') }} as rights
    on rights.subject_kind = '{{ by }}' and words.{{ by }} = rights.subject
{%- endif %}
where words.{{ column_name }} is not null and coalesce(rights.text_use, 'none') <> 'full'
group by rights.subject_kind, rights.subject
{% endtest %}
