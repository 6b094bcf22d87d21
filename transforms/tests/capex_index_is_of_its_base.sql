-- An index is 100 in its base quarter, and elsewhere what imports over spending are to those of the base.
select link.*
from {{ ref('capex_import_link') }} as link
left join {{ ref('capex_import_link') }} as base
    on {{ same('link', 'base', ['reporter', 'basket_id', 'basket_version', 'flow_basis', 'company_group']) }}
    and link.base_quarter = base.calendar_quarter
where link.intensity_index is not null and (
    base.intensity_index is distinct from 100
    or base.companies is distinct from link.companies
    or abs(
        link.intensity_index / 100
        - (cast(link.import_usd as {{ type_double() }}) / cast(link.capex_usd as {{ type_double() }}))
        / (cast(base.import_usd as {{ type_double() }}) / cast(base.capex_usd as {{ type_double() }}))
    ) > 0.000000001 * link.intensity_index
)
or (link.intensity_index is null) <> (link.index_reason is not null)
or (link.excess_usd is null) <> (link.excess_reason is not null)
