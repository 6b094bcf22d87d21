-- The exporter's side is valued as exports, the mirror as imports and without a total: neither has figures of the other. A row says
-- who, of what and whence, and why a figure is missing. Of the mirrors years are enough: a view is worked out for every test.
select *
from {{ ref('export') }}
where (side = 'own' or (is_current_version and period_type = 'CY'))
    and (
        (side = 'own' and flow_basis not in ('FOB', 'TOT_EXP', 'DOM_EXP', 'RE_EXP'))
        or (side = 'mirror' and flow_basis not in ('FOB', 'CIF', 'GEN_VAL', 'CON_VAL'))
        or (
            side = 'mirror'
            and (partner = 'ROW' or partner = reporter or total_usd is not null or share is not null or world_usd is not null)
        )
        or total_world_share > 1
        or (share is null and note is null)
        or (value_usd is not null and growth is null and growth_note is null)
        or (world_usd is null and world_note is null)
        or reporter is null or partner is null or side is null or flow_basis is null or source is null or evidence is null
    )
