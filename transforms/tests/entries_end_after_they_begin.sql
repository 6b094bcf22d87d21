-- A restriction of the seed that ends before it begins, or that ends after it was read, was written down wrongly.
select list_id, company_id, entry, valid_from, valid_until
from {{ ref('restriction_entry') }}
where valid_until <= valid_from or valid_until > read_on
