-- A gap lies between its bounds and is of the figures beside it; exports are of the lag it names, nobody exports to himself, and a
-- row says who, of what, whence, and why a gap is missing.
select *
from {{ ref('mirror_gap') }}
where gap_low > gap_high
    or (gap is not null and (gap <> gap_low or gap <> gap_high or tau_high > 0))
    or (gap_low is not null and (import_usd is null or export_usd is null))
    or abs(gap_low - (import_fob_low_usd - export_usd) / ((import_fob_low_usd + export_usd) / 2)) > 0.01 / (import_fob_low_usd + export_usd)
        + 0.00000001
    or export_period <> cast({{ dbt.dateadd('month', '-lag_months', 'period') }} as date)
    or (period_type = 'CY' and lag_months > 0)
    or n_codes_both > n_codes
    or reporter = partner_definition
    or gap_low < -2 or gap_high > 2
    or period_type not in ('CY', 'TTM') or lag_months not between 0 and 2
    or (gap is null and note is null)
    or reporter is null or partner_definition is null or import_basis is null or export_basis is null
    or source is null or evidence is null
