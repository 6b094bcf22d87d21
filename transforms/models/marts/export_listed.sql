-- Exports under the words of an agency's own list of goods, all partners as one: such goods are no codes and are in no basket,
-- lines lie within one another, and lists change. Growth only between figures under the very same words from one source.
with listed as (
    select *
    from {{ ref('stg_trade_cell') }}
    where level = 'LIST' and flow = 'export' and answered
)

select
    listed.reporter,
    {{ all_partners() }} as partner_definition,
    {{ basket_of_one('listed') }},
    listed.code as goods,
    listed.flow_basis,
    listed.period,
    listed.period_type,
    'value' as measure,
    cast(listed.denominator_usd as {{ type_money() }}) as value_usd,
    {{ growth_of('listed.denominator_usd', 'earlier.denominator_usd') }} as growth,
    case
        when listed.denominator_usd is null then 'the figure is not known in dollars'
        when earlier.cell_id is null then 'not in the list a year before under these words'
        when earlier.denominator_usd is null then 'not known a year before'
        when earlier.denominator_usd <= 0 then 'nothing a year before'
    end as note,
    {{ denominator_name('listed.denominator_rank') }} as denominator,
    {{ coverage_of_one() }} as coverage_codes,
    1 as n_obs,
    'reported' as method_status,
    listed.source,
    listed.currency,
    greatest(listed.data_vintage, coalesce(earlier.data_vintage, listed.data_vintage)) as data_vintage,
    {{ evidence_name('greatest(listed.evidence_rank, coalesce(earlier.evidence_rank, listed.evidence_rank))') }} as evidence
from listed
left join listed as earlier
    on {{ same('listed', 'earlier', ['source', 'reporter', 'flow_basis', 'code', 'period_type']) }}
    and earlier.period = cast({{ dbt.dateadd('month', -12, 'listed.period') }} as date)
