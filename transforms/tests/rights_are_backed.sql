-- Words may be used only where the licence is known and its terms were read, and only of what is listed.
select subject_kind, subject, licence, terms_url, reviewed_on, listed
from {{ ref('meta_rights') }}
where text_use = 'full'
    and (licence in ('', 'unknown') or terms_url is null or reviewed_on is null or not listed)
