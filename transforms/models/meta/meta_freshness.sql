{{ config(alias='freshness') }}
-- Whether every source is as new as its own cadence and lag say, judged at as_of_time.
with newest as (
    select source, max(period_end) as newest_period_end
    from (
        select
            source,
            case period_type
                when 'Q' then cast({{ dbt.dateadd('month', 3, 'period') }} as date)
                when 'CY' then cast({{ dbt.dateadd('month', 12, 'period') }} as date)
                else cast({{ dbt.dateadd('month', 1, 'period') }} as date)
            end as period_end
        from {{ ref('stg_trade_cell') }}
        where answered
        union all
        select document.source, cast({{ dbt.dateadd('day', 1, 'rate.rate_date') }} as date)
        from {{ source('lake', 'fx_rate') }} as rate
        inner join {{ ref('stg_document') }} as document on rate.document_id = document.document_id
        union all
        select document.source, cast({{ dbt.dateadd('day', 1, 'cast(document.retrieved_at as date)') }} as date)
        from {{ source('lake', 'feed_poll') }} as poll
        inner join {{ ref('stg_document') }} as document on poll.document_id = document.document_id
        union all
        select document.source, cast({{ dbt.dateadd('day', 1, 'cast(document.retrieved_at as date)') }} as date)
        from (
            select document_id from {{ source('lake', 'restricted_party') }} group by document_id
            union all
            select document_id from {{ source('lake', 'policy_notice') }} group by document_id
        ) as answer
        inner join {{ ref('stg_document') }} as document on answer.document_id = document.document_id
    ) as ended
    group by source
),

retrieved as (
    select source, max(retrieved_at) as last_retrieved_at
    from {{ source('lake', 'document') }}
    group by source
),

due as (
    select
        source.source,
        cast({{ dbt.dateadd('day', -1, 'newest.newest_period_end') }} as date) as newest_day,
        retrieved.last_retrieved_at,
        cast({{ dbt.dateadd('day', 'source.cadence_days + source.lag_days', 'newest.newest_period_end') }} as date)
            as next_expected_on
    from {{ source('lake', 'source') }} as source
    left join newest on source.source = newest.source
    left join retrieved on source.source = retrieved.source
)

select
    source,
    newest_day,
    last_retrieved_at,
    next_expected_on,
    coalesce(next_expected_on < cast({{ as_of_time() }} as date), true) as late
from due
