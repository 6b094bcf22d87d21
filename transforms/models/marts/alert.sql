-- What fired: one row a rule and thing, with the numbers that fired. Thresholds stand in the seed alert_rule alone.
select
    reading.rule_id || ':' || reading.subject as alert_id,
    reading.rule_id,
    reading.subject,
    rule.title || ': ' || reading.subject
    || coalesce(', ' || cast(round(reading.value, 6) as {{ dbt.type_string() }}), '')
    || coalesce(' after ' || cast(round(reading.compared_with, 6) as {{ dbt.type_string() }}), '')
    || coalesce('; ' || reading.words, '') || '; ' || replace(rule.comparison, '_', ' ') || ' '
    || cast(rule.threshold as {{ dbt.type_string() }}) || ' ' || rule.unit as text,
    round(reading.value, 12) as value,
    round(reading.compared_with, 12) as compared_with,
    rule.comparison,
    rule.threshold,
    rule.unit,
    reading.happened_on,
    reading.reporter,
    reading.basket_id,
    reading.basket_version,
    case when reading.basket_id is not null then 'value' end as measure,
    reading.partner_definition,
    reading.flow_basis,
    reading.period,
    reading.period_type,
    reading.coverage_codes,
    cast(reading.n_obs as integer) as n_obs,
    case when reading.basket_id is not null then 'derived' end as method_status,
    reading.source,
    reading.data_vintage,
    reading.evidence
from {{ ref('alert_reading') }} as reading
inner join {{ ref('alert_rule') }} as rule on reading.rule_id = rule.rule_id
where reading.fired
