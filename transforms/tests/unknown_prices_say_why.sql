-- A rate, a unit value or a condition is there or a note says why not, never both; a thin cell has no score, and the flag of
-- dependency is there only where every condition is.
select 'tariff_collected' as mart, reporter, partner, cast(period as {{ dbt.type_string() }}) as period
from {{ ref('tariff_collected') }}
where (collected_rate is null) <> (note is not null)
union all
select 'unit_value', reporter, partner, cast(period as {{ dbt.type_string() }})
from {{ ref('unit_value') }}
where (unit_value is null) <> (note is not null)
    or (thin_cell and anomaly_z is not null)
    or (unit_value is null and (anomaly_z is not null or relative_unit_value is not null))
union all
select 'dependency', reporter, code, cast(period as {{ dbt.type_string() }})
from {{ ref('dependency') }}
where (import_hhi is null) <> (import_hhi_note is not null)
    or (world_export_hhi is null) <> (world_export_hhi_note is not null)
    or (import_export_ratio is null) <> (import_export_note is not null)
    or (lasts is null) <> (lasts_note is not null)
    or (is_dependent is not null and (import_hhi is null or world_export_hhi is null or import_export_ratio is null or lasts is null))
