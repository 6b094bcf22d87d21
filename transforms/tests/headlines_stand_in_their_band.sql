-- A headline with a band stands in it; without a value there is none.
select id, value, band_low, band_high, band_definition
from {{ ref('headline') }}
where value < band_low
    or value > band_high
    or (band_low is null) <> (band_high is null)
    or (band_low is null) <> (band_definition is null)
    or (value is null and band_low is not null)
    or (value is null) <> (note is not null)
