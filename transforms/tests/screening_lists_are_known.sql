-- A list of the Consolidated Screening List that the seed does not name is kept under its own name, and wants a row there.
{{ config(severity='warn') }}
select party.list_name, count(*) as parties
from {{ ref('restricted_party') }} as party
left join {{ ref('restriction_list') }} as list
    on {{ list_key('party.list_name') }} = {{ list_key('list.csl_name') }}
where list.list_id is null
group by party.list_name
