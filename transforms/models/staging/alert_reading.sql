-- Every thing a rule looks at, with whether it fires: true, false, or NULL where a number it needs is not known. What
-- happened longer ago than the rule's window is left out.
with reading as (
    {% for part in ['trade', 'source', 'company'] %}
    select {{ reading_columns() | join(', ') }} from {{ ref('alert_reading_' ~ part) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    reading.*,
    case when reading.may_fire is null or not reading.may_fire then reading.may_fire else {{ fires('reading', 'rule') }} end as fired
from reading
inner join {{ ref('alert_rule') }} as rule on reading.rule_id = rule.rule_id
where rule.window_days is null
    or reading.happened_on is null
    or {{ dbt.datediff('reading.happened_on', alert_day(), 'day') }} <= rule.window_days
