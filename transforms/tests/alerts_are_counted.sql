-- Every alert is counted by its rule, a feed that marts.feed_health calls out is one, and a rule that saw nothing is not calm.
select rule.rule_id, rule.state, rule.n_fired, count(alert.alert_id) as n_alerts
from {{ ref('alert_check') }} as rule
left join {{ ref('alert') }} as alert on rule.rule_id = alert.rule_id
group by rule.rule_id, rule.state, rule.n_fired
having count(alert.alert_id) <> rule.n_fired
    or (rule.state = 'fired') <> (count(alert.alert_id) > 0)
union all
select 'feed_errors', feed.feed, 0, 1
from {{ ref('feed_health') }} as feed
left join {{ ref('alert') }} as alert on alert.rule_id = 'feed_errors' and feed.feed = alert.subject
where feed.state is not null and feed.alert <> (alert.alert_id is not null)
