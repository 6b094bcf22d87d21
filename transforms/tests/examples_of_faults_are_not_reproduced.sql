-- Figures that are known to be wrong, and why: to work one out again would be the same fault.
select figure_id, claim, computed
from {{ ref('replication') }}
where is_negative and outcome = 'match'
