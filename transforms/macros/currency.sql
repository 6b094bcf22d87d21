{#- An amount in dollars, to the cent; NULL where the amount or the rate is not known. -#}
{% macro in_usd(amount, currency, usd_per_unit) -%}
    case
        when {{ currency }} = 'USD' then {{ amount }}
        else cast(round(cast({{ amount }} as {{ type_money() }}) * {{ usd_per_unit }}, 2) as {{ type_money() }})
    end
{%- endmacro %}
