{#- Change against an earlier figure, 0.25 is a quarter more; NULL without a positive earlier one. -#}
{% macro growth_of(now, before) -%}
    case when {{ before }} > 0
        then round(cast({{ now }} - {{ before }} as {{ type_double() }}) / cast({{ before }} as {{ type_double() }}), 9)
    end
{%- endmacro %}

{#- Imports less exports over their mean: between -2 and 2; NULL where there is neither. -#}
{% macro gap_of(imports, exports) -%}
    case when {{ imports }} + {{ exports }} > 0
        then round(
            (cast({{ imports }} as {{ type_double() }}) - cast({{ exports }} as {{ type_double() }}))
            / ((cast({{ imports }} as {{ type_double() }}) + cast({{ exports }} as {{ type_double() }})) / 2), 9
        )
    end
{%- endmacro %}

{#- A figure of several codes: known where each of them is, among the rows that `counts` lets in. -#}
{% macro sum_where(counts, amount) -%}
    case when count(case when {{ counts }} then {{ amount }} end) = count(case when {{ counts }} then 1 end)
        then sum(case when {{ counts }} then {{ amount }} end)
    end
{%- endmacro %}

{#- Over the codes that both sides answer, or over all where there is none; `names` lists what is distinct. -#}
{% macro of_both(how, column) -%}
    {%- set both -%} case when added.is_both then {{ column }} end {%- endset -%}
    {%- if how == 'names' -%}
        coalesce(
            string_agg(distinct {{ both }}, '+' order by {{ both }}),
            string_agg(distinct {{ column }}, '+' order by {{ column }})
        )
    {%- else -%}
        coalesce({{ how }}({{ both }}), {{ how }}({{ column }}))
    {%- endif -%}
{%- endmacro %}
