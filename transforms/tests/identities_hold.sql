-- A figure worked out of a recording of its own publication is that figure, or something was lost on the way.
select figure_id, published, computed
from {{ ref('replication') }}
where is_identity and outcome <> 'match'
