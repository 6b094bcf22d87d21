{#- The columns of a reading: what a rule looks at, one row a thing. `may_fire` is false where the watched table itself says
    that nothing happened, NULL where it does not know. -#}
{% macro reading_columns() -%}
    {{ return(['rule_id', 'subject', 'may_fire', 'value', 'compared_with', 'happened_on', 'words', 'reporter', 'basket_id',
        'basket_version', 'partner_definition', 'flow_basis', 'period', 'period_type', 'coverage_codes', 'n_obs', 'source', 'data_vintage',
        'evidence']) }}
{%- endmacro %}

{#- Columns of a reading that is of no basket: NULL, but for what a row of `series` says of itself. -#}
{% macro no_basket(series=none) -%}
    {{ series ~ '.reporter' if series else 'cast(null as %s) as reporter' % dbt.type_string() }},
    cast(null as {{ dbt.type_string() }}) as basket_id,
    cast(null as {{ dbt.type_string() }}) as basket_version,
    cast(null as {{ dbt.type_string() }}) as partner_definition,
    {{ series ~ '.flow_basis' if series else 'cast(null as %s) as flow_basis' % dbt.type_string() }},
    {{ series ~ '.newest_period' if series else 'cast(null as date)' }} as period,
    {{ series ~ '.period_type' if series else 'cast(null as %s) as period_type' % dbt.type_string() }},
    cast(null as {{ type_double() }}) as coverage_codes,
    cast(null as {{ dbt.type_bigint() }}) as n_obs
{%- endmacro %}

{#- The day on which alerts are judged. -#}
{% macro alert_day() -%} cast({{ as_of_time() }} as date) {%- endmacro %}

{#- Whether a reading fires; NULL where a number it needs is not known. -#}
{% macro fires(reading, rule) -%}
    case {{ rule }}.comparison
        when 'more_than' then {{ reading }}.value > {{ rule }}.threshold
        when 'at_least' then {{ reading }}.value >= {{ rule }}.threshold
        when 'moved_more_than'
            then round(abs({{ reading }}.value - {{ reading }}.compared_with), 12) > {{ rule }}.threshold
        when 'changed_more_than'
            then round(abs({{ reading }}.value / nullif({{ reading }}.compared_with, 0) - 1), 12) > {{ rule }}.threshold
        when 'crossed'
            then ({{ reading }}.value >= {{ rule }}.threshold) <> ({{ reading }}.compared_with >= {{ rule }}.threshold)
        when 'within_days' then {{ reading }}.value between 0 and {{ rule }}.threshold
    end
{%- endmacro %}
