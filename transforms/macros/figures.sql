{#- dbt's own float is 32 bits wide in DuckDB. -#}
{% macro type_double() -%} double {%- endmacro %}

{% macro type_money() -%} decimal(20, 2) {%- endmacro %}

{#- One division, rounded; NULL without a positive denominator. -#}
{% macro share_of(part, whole) -%}
    case when {{ whole }} > 0
        then round(cast({{ part }} as {{ type_double() }}) / cast({{ whole }} as {{ type_double() }}), 12)
    end
{%- endmacro %}

{#- Baskets of a flow with how much of them was answered, and whether that is enough for shares. -#}
{% macro basket_with_coverage(flow) -%}
    select
        basket.*,
        round(cast(n_codes_answered as {{ type_double() }}) / n_codes, 12) as coverage_codes,
        n_codes_answered >= {{ var('coverage_floor') }} * n_codes and partners_given as may_share
    from {{ ref('stg_basket') }} as basket
    where basket.flow = '{{ flow }}'
{%- endmacro %}

{#- The joins that give a basket's row, as `period`, the answers it is made of: one a code that answered, by `member`. -#}
{% macro joined_answers(basket) -%}
    inner join {{ ref('basket_member') }} as member
        on {{ basket }}.basket_id = member.basket_id and {{ basket }}.basket_version = member.version
    inner join {{ ref('stg_trade_period') }} as period
        on member.level = period.level and member.code = period.code
        and {{ same(basket, 'period', ['reporter', 'flow', 'flow_basis', 'period', 'period_type']) }}
{%- endmacro %}

{#- Why a basket's imports are not compared with those of another time, as the first branches of a case. -#}
{% macro when_imports_unknown(basket) -%}
    when {{ basket }}.n_codes_answered < {{ var('coverage_floor') }} * {{ basket }}.n_codes
        then 'too few of the codes have figures'
    when {{ basket }}.denominator_usd is null then 'the imports are not known in dollars'
    when {{ basket }}.denominator_rank = 3 then 'only imports from the partners asked for are known'
{%- endmacro %}

{#- A partner's sum where every piece is known. Absent from a complete listing is zero, except for a union: a complete
    listing gives its members instead, so the union's own figure is unknown there. `unit`: what must be known beside. -#}
{% macro sum_if_known(end, n_whole, n_all, n_said_in_whole='summed.n_said_in_whole', unit=none) -%}
    case
        when summed.n_known_{{ end }}
            + case when country_union.iso3 is null then {{ n_whole }} - {{ n_said_in_whole }} else 0 end
            = {{ n_all }} {{ 'and %s is not null' % unit if unit }} then coalesce(summed.said_{{ end }}, 0)
    end
{%- endmacro %}

{#- Evidence has an order, so that a figure made of several rows says the weakest. -#}
{% macro evidence_rank(column) -%}
    case {{ column }} when 'live' then 1 when 'recorded' then 2 when 'rebuilt' then 3 else 4 end
{%- endmacro %}

{% macro evidence_name(rank) -%}
    case {{ rank }} when 1 then 'live' when 2 then 'recorded' when 3 then 'rebuilt' when 4 then 'synthetic' end
{%- endmacro %}

{% macro denominator_name(rank) -%}
    case {{ rank }} when 1 then 'all_partners' when 2 then 'world_row' when 3 then 'partners_listed' end
{%- endmacro %}

{#- A month as a number: the next month has the next one. -#}
{% macro month_number(period) -%} extract(year from {{ period }}) * 12 + extract(month from {{ period }}) {%- endmacro %}

{#- A period, given as the text of its date, in words: the date alone would let a year to date pass for a month. -#}
{% macro period_words(period, period_type) -%}
    case {{ period_type }}
        when 'CY' then left({{ period }}, 4)
        when 'YTD' then 'January to ' || left({{ period }}, 7)
        when 'TTM' then 'twelve months to ' || left({{ period }}, 7)
        when 'Q' then 'three months from ' || left({{ period }}, 7)
        else left({{ period }}, 7)
    end
{%- endmacro %}

{% macro as_of_time() -%}
    cast('{{ var("as_of_time") or var("built_at") }}' as timestamp with time zone)
{%- endmacro %}

{% macro json_text(column, key) -%} json_extract_string({{ column }}, '$.{{ key }}') {%- endmacro %}

{% macro utc_null() -%} cast(null as timestamp with time zone) {%- endmacro %}
