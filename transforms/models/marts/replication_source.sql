-- What marts.replication finds, one row a publication: figures of one paper are not independent, so a publication is one
-- witness, however many figures it has.
{{ config(materialized='view') }}
select
    publication,
    count(*) as n_figures,
    cast(sum(case when counts and outcome = 'match' then 1 else 0 end) as bigint) as n_match,
    cast(sum(case when counts and outcome = 'miss' then 1 else 0 end) as bigint) as n_miss,
    cast(sum(case when outcome = 'not_computable' then 1 else 0 end) as bigint) as n_not_computable,
    cast(sum(case when is_identity then 1 else 0 end) as bigint) as n_identity,
    case
        when sum(case when counts then 1 else 0 end) = 0 then 'not tested'
        when sum(case when counts and outcome = 'miss' then 1 else 0 end) = 0 then 'all match'
        when sum(case when counts and outcome = 'match' then 1 else 0 end) = 0 then 'none match'
        else 'some match'
    end as verdict,
    max(data_vintage) as data_vintage
from {{ ref('replication') }}
group by publication
