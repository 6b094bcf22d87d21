{#- What trade is measured by: the name of a measure, its column for a partner, and the end of the names of its other columns. -#}
{% macro measures() -%}
    {{ return([{'name': 'value', 'amount': 'value_usd', 'end': 'usd'}] + physical()) }}
{%- endmacro %}

{#- The measures that are no money. -#}
{% macro physical() -%}
    {{ return([
        {'name': 'weight', 'amount': 'weight_kg', 'end': 'kg'},
        {'name': 'quantity', 'amount': 'quantity', 'end': 'quantity'},
    ]) }}
{%- endmacro %}

{#- Their names, for `in (...)`. -#}
{% macro measure_names() -%} '{{ measures() | map(attribute='name') | join("', '") }}' {%- endmacro %}

{#- Exact: as many digits before the point as the largest quantity in the largest unit has. -#}
{% macro type_amount() -%} decimal(28, 3) {%- endmacro %}

{#- The first of the two quantities of a row whose unit is a weight (or is none), in its standard unit. -#}
{% macro first_amount(is_weight) -%}
    coalesce(
        {%- for n in [1, 2] %}
        case when {{ 'unit_%d.kind = \'weight\'' % n if is_weight else 'unit_%d.kind <> \'weight\'' % n }}
            then cast(latest.quantity_{{ n }} * unit_{{ n }}.factor as {{ type_amount() }}) end{{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{#- Sources that fill in weights and quantities their reporters left out, without marking them in what we keep. -#}
{% macro estimates_amounts(source) -%} {{ source }} in ('baci', 'un_comtrade', 'un_comtrade_plus') {%- endmacro %}

{#- What a total is: every partner's where all are listed, else the world row, else the partners listed. -#}
{% macro total_rank(is_listed, world) -%}
    case when {{ is_listed }} then 1 when {{ world }} is not null then 2 else 3 end
{%- endmacro %}

{#- Whether all rows of a group have the same unit. -#}
{% macro one_unit(column) -%} count({{ column }}) = count(*) and min({{ column }}) = max({{ column }}) {%- endmacro %}

{#- Baskets of a flow by every measure that some code has, with how much of them was answered and observed, and whether that
    is enough for shares. -#}
{% macro measure_with_coverage(flow) -%}
    select
        figure.*,
        round(cast(n_codes_answered as {{ type_double() }}) / n_codes, 12) as coverage_codes,
        {{ share_of('filled_in_amount', 'denominator_amount') }} as filled_in_share,
        n_codes_answered >= {{ var('coverage_floor') }} * n_codes and partners_given
        and coalesce(filled_in_amount, 0) <= (1 - {{ var('coverage_floor') }}) * coalesce(denominator_amount, 0) as may_share
    from {{ ref('stg_basket_measure') }} as figure
    where figure.flow = '{{ flow }}'
{%- endmacro %}

{#- The sum of the n largest, exact. An unknown amount is to be below zero: then nothing above it is hidden. -#}
{% macro sum_of_largest(column, n) -%} list_sum(max({{ column }}, {{ n }})) {%- endmacro %}

{#- The amount of a row that has a column a measure, by the measure asked for. -#}
{% macro amount_by_measure(measure, row) -%}
    case {{ measure }}
        {%- for m in measures() %}
        when '{{ m.name }}' then cast({{ row }}.{{ m.amount }} as {{ type_amount() }})
        {%- endfor %}
    end
{%- endmacro %}
