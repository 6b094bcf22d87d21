-- The exporter's side is valued as exports, the mirror as imports and without a total: neither has figures of the other.
select *
from {{ ref('export') }}
where (side = 'own' and flow_basis not in ('FOB', 'TOT_EXP', 'DOM_EXP', 'RE_EXP'))
    or (side = 'mirror' and flow_basis not in ('FOB', 'CIF', 'GEN_VAL', 'CON_VAL'))
    or (
        side = 'mirror'
        and (partner = 'ROW' or partner = reporter or total_usd is not null or share is not null or world_usd is not null)
    )
