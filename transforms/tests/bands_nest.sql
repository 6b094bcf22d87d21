-- A wider basket of a band never holds less than the next narrower one: the current versions.
with figure as (
    select
        band.band_id, band.place, exposure.reporter, exposure.flow_basis, exposure.partner_definition, exposure.period,
        exposure.period_type, exposure.import_usd, exposure.exposed_usd
    from {{ ref('basket_band') }} as band
    inner join {{ ref('exposure') }} as exposure on band.basket_id = exposure.basket_id
    where exposure.is_current_version and exposure.measure = 'value'
)

select
    wider.band_id, wider.place, wider.reporter, wider.flow_basis, wider.partner_definition, wider.period,
    wider.period_type, narrower.import_usd as narrower_usd, wider.import_usd as wider_usd
from figure as wider
inner join figure as narrower
    on {{ same('wider', 'narrower', ['band_id', 'reporter', 'flow_basis', 'partner_definition', 'period', 'period_type']) }}
    and wider.place > narrower.place
where narrower.import_usd > wider.import_usd or narrower.exposed_usd > wider.exposed_usd
