-- One row a rule: on how many things it could be judged and on how many not. A rule without numbers is not calm.
with counted as (
    select
        rule_id,
        count(fired) as n_evaluated,
        count(*) - count(fired) as n_unknown,
        count(case when fired then 1 end) as n_fired
    from {{ ref('alert_reading') }}
    group by rule_id
)

select
    rule.rule_id,
    rule.watches,
    rule.title,
    case
        when coalesce(counted.n_evaluated, 0) = 0 then 'not evaluable'
        when counted.n_fired > 0 then 'fired'
        when counted.n_unknown > 0 then 'quiet where known'
        else 'quiet'
    end as state,
    cast(coalesce(counted.n_evaluated, 0) as {{ dbt.type_bigint() }}) as n_evaluated,
    cast(coalesce(counted.n_unknown, 0) as {{ dbt.type_bigint() }}) as n_unknown,
    cast(coalesce(counted.n_fired, 0) as {{ dbt.type_bigint() }}) as n_fired,
    rule.threshold,
    rule.unit,
    cast(rule.window_days as integer) as window_days
from {{ ref('alert_rule') }} as rule
left join counted on rule.rule_id = counted.rule_id
