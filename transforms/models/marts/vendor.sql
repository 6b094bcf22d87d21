-- One row a company, with the lists that name it now. A list that names only an affiliate, and a listing that only a third
-- party states, are counted apart.
with standing as (
    select
        company_id, list_id,
        max(case when evidence <> 'third_party_statement' and match <> 'affiliate' then 1 else 0 end) as itself,
        max(case when evidence <> 'third_party_statement' then 1 else 0 end) as by_the_list
    from {{ ref('vendor_restriction') }}
    where status = 'listed'
    group by company_id, list_id
),

joined as (
    select
        company_id,
        count(case when itself = 1 then 1 end) as n_lists,
        string_agg(case when itself = 1 then list_id end, '; ' order by list_id) as lists,
        string_agg(case when itself = 0 and by_the_list = 1 then list_id end, '; ' order by list_id) as lists_affiliate,
        string_agg(case when by_the_list = 0 then list_id end, '; ' order by list_id) as lists_stated
    from standing
    group by company_id
),

unread as (
    select company_id, count(case when coalesce(status, 'list not read') = 'list not read' then 1 end) as n_unread
    from {{ ref('vendor_restriction') }}
    group by company_id
)

select
    company.company_id,
    company.name,
    company.role,
    company.layers,
    company.hq_country,
    company.listings,
    company.sec_ticker,
    company.cik,
    company.lei,
    company.identifier_source,
    company.note,
    cast(coalesce(joined.n_lists, 0) as integer) as n_lists,
    joined.lists,
    joined.lists_affiliate,
    joined.lists_stated,
    cast(unread.n_unread as integer) as n_lists_not_read
from {{ ref('company') }} as company
inner join unread on company.company_id = unread.company_id
left join joined on company.company_id = joined.company_id
