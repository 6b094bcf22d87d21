-- No value of capital expenditure without the filing, or the pair of filings, it comes from; none beside a reason.
select company_id, measure, currency, fiscal_year, fiscal_quarter, known_from
from {{ ref('capex_quarter') }}
where (value is not null and (accession is null or reason is not null))
    or (value is not null and method = 'ytd_diff' and accession_minus is null)
    or (value is null and reason is null)
union all
select company, null, currency, fiscal_year, fiscal_quarter, filed_latest
from {{ ref('capex_quarterly') }}
where (ppe_first is not null and accession_first is null)
    or (ppe_latest is not null and accession_latest is null)
    or (ppe_latest is null and reason is null)
    or (ppe_latest is not null and reason is not null)
