{#- Days by which a fiscal year of 52 or 53 weeks may stand off its nominal end. -#}
{% macro capex_slack_days() -%} 10 {%- endmacro %}

{#- Forms that hold a company's own fiscal years. -#}
{% macro capex_annual_forms() -%}
    ('10-K', '10-K/A', '10-KT', '10-KT/A', '20-F', '20-F/A', '40-F', '40-F/A')
{%- endmacro %}

{#- Those of companies that file no quarterly XBRL. -#}
{% macro capex_foreign_annual_forms() -%} ('20-F', '20-F/A', '40-F', '40-F/A') {%- endmacro %}

{#- Whether two values differ by more than the coarser of the units they are rounded to. -#}
{% macro capex_differs(left, right, left_unit, right_unit) -%}
    abs({{ left }} - {{ right }}) > case when {{ left_unit }} > {{ right_unit }} then {{ left_unit }} else {{ right_unit }} end
{%- endmacro %}

{#- First day of the calendar quarter that holds a period's middle day. -#}
{% macro capex_calendar_quarter(period_start, period_end) -%}
    {%- set half = 'cast(floor((' ~ dbt.datediff(period_start, period_end, 'day') ~ ') / 2) as integer)' -%}
    cast({{ dbt.date_trunc('quarter', dbt.dateadd('day', half, period_start)) }} as date)
{%- endmacro %}

{#- The number of the fiscal year whose first day is given: the year of its last day, less the slack. -#}
{% macro capex_fiscal_year(year_start) -%}
    cast(extract(year from {{ dbt.dateadd('day', '-1 - ' ~ capex_slack_days(), dbt.dateadd('year', 1, year_start)) }}) as integer)
{%- endmacro %}
