{{ config(alias='fetch') }}
select
    log.source, log.url, log.feed, log.at as fetched_at, log.outcome, log.status, log.reason, log.bytes, log.seconds,
    log.document_id
from {{ source('lake', 'fetch') }} as log
