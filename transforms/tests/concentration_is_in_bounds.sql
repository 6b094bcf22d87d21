-- As many equal partners are the least concentration there can be; three of them hold at least what the largest does, and as many
-- effective partners as there are partners are the most.
select
    reporter, basket_id, basket_version, measure, flow_basis, partner_definition, period, period_type,
    hhi, n_eff, hhi_normalised, cr3, n_partners, top_partner_share
from {{ ref('exposure') }}
where hhi < 10000.0 / n_partners - 0.000001
    or hhi > 10000.000001
    or n_eff < 0.999999
    or n_eff > n_partners + 0.000001
    or hhi_normalised < -0.000000001
    or hhi_normalised > 1.000000001
    or cr3 < top_partner_share
    or cr3 > 1
    or cr3 > top_partner_share * 3 + 0.000000001
    or (hhi is null) <> (cr3 is null)
    or (hhi is null) <> (n_eff is null)
