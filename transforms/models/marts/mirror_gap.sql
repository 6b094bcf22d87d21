-- What an importer says it took from the countries of a definition against what they say they sent there, over twelve months
-- and the same codes: gap = (imports - exports) / their mean, with imports divided by 1 + tau where freight and insurance are
-- in them. Where tau is not known there are only the gaps at its bounds. A side of which anything is unknown is NULL.
with definition as (
    select partner_definition, partner as exporter from {{ ref('partner_definition') }}
    union
    select distinct exporter, exporter from {{ ref('stg_mirror_code') }}
),

named as (
    select
        definition.partner_definition,
        definition.exporter,
        count(*) over (partition by definition.partner_definition) as n_members,
        max(case when definition.exporter = 'CHN' then 1 else 0 end)
            over (partition by definition.partner_definition) = 1 as has_china
    from definition
),

seen as (
    select code.*, margin.tau_low, margin.tau_high
    from {{ ref('stg_mirror_code') }} as code
    inner join {{ ref('cif_margin') }} as margin on code.import_basis = margin.flow_basis
    where code.export_basis <> 'RE_EXP'
),

-- what Hong Kong sends on, whatever its origin
sent_on as (
    select import_answer_id, lag_months, export_usd
    from {{ ref('stg_mirror_code') }}
    where exporter = 'HKG' and export_basis = 'RE_EXP'
),

-- an importer that is itself in the definition has no row
added as (
    select
        seen.import_answer_id,
        seen.lag_months,
        named.partner_definition,
        named.has_china,
        seen.importer, seen.import_basis, seen.export_basis, seen.level, seen.code, seen.period, seen.export_period,
        seen.period_type, seen.tau_low, seen.tau_high, seen.import_method, seen.import_source, seen.n_import_cells,
        count(*) = min(named.n_members) as is_both,
        case when count(seen.import_usd) = count(*) then sum(seen.import_usd) end as import_usd,
        case when count(seen.export_usd) = count(*) then sum(seen.export_usd) end as export_usd,
        sum(seen.n_export_cells) as n_export_cells,
        min(seen.export_method) as least_export_method,
        max(seen.export_method) as most_export_method,
        string_agg(distinct seen.export_source, '+' order by seen.export_source) as export_source,
        max(seen.evidence_rank) as evidence_rank,
        max(seen.data_vintage) as data_vintage
    from seen
    inner join named on seen.exporter = named.exporter
    left join named as inside
        on named.partner_definition = inside.partner_definition and seen.importer = inside.exporter
    where inside.exporter is null
    group by
        seen.import_answer_id, seen.lag_months, named.partner_definition, named.has_china, seen.importer, seen.import_basis,
        seen.export_basis, seen.level, seen.code, seen.period, seen.export_period, seen.period_type, seen.tau_low,
        seen.tau_high, seen.import_method, seen.import_source, seen.n_import_cells
),

listed as (
    select basket_id, version, level, count(*) as n_codes
    from {{ ref('basket_member') }}
    group by basket_id, version, level
),

summed as (
    select
        basket.basket_id, basket.basket_version, basket.is_current_version, listed.n_codes,
        added.importer, added.partner_definition, added.has_china, added.level, added.import_basis, added.export_basis,
        added.period, added.period_type, added.lag_months, added.export_period, added.tau_low, added.tau_high,
        count(case when added.is_both then 1 end) as n_codes_both,
        {{ sum_where('added.is_both', 'added.import_usd') }} as import_usd,
        {{ sum_where('added.is_both', 'added.export_usd') }} as export_usd,
        {{ sum_where('added.is_both', 'sent_on.export_usd') }} as sent_on_usd,
        sum(case when added.is_both then added.n_import_cells + added.n_export_cells else 0 end) as n_obs,
        {{ of_both('min', 'added.import_method') }} as least_import_method,
        {{ of_both('max', 'added.import_method') }} as most_import_method,
        {{ of_both('min', 'added.least_export_method') }} as least_export_method,
        {{ of_both('max', 'added.most_export_method') }} as most_export_method,
        {{ of_both('names', 'added.import_source') }} as import_source,
        {{ of_both('names', 'added.export_source') }} as export_source,
        {{ of_both('max', 'added.evidence_rank') }} as evidence_rank,
        {{ of_both('max', 'added.data_vintage') }} as data_vintage
    from added
    inner join {{ ref('basket_member') }} as member on added.level = member.level and added.code = member.code
    inner join {{ ref('stg_basket_version') }} as basket
        on member.basket_id = basket.basket_id and member.version = basket.basket_version
    inner join listed
        on {{ same('member', 'listed', ['basket_id', 'version', 'level']) }}
    left join sent_on
        on added.import_answer_id = sent_on.import_answer_id and added.lag_months = sent_on.lag_months
    group by
        basket.basket_id, basket.basket_version, basket.is_current_version, listed.n_codes, added.importer,
        added.partner_definition, added.has_china, added.level, added.import_basis, added.export_basis, added.period,
        added.period_type, added.lag_months, added.export_period, added.tau_low, added.tau_high
),

judged as (
    select
        summed.*,
        import_usd / (1 + tau_high) as import_low_usd,
        import_usd / (1 + tau_low) as import_high_usd,
        case
            when n_codes_both = 0 then 'no code that both sides answer'
            when import_usd is null then 'the importer leaves a code unknown'
            when export_usd is null then 'an exporter leaves a code unknown'
            when n_codes_both < {{ var('coverage_floor') }} * n_codes then 'too few of the codes have figures'
            when import_usd + export_usd <= 0 then 'neither side has any'
        end as note
    from summed
)

select
    importer as reporter,
    partner_definition,
    basket_id,
    basket_version,
    is_current_version,
    'value' as measure,
    {{ two_bases() }} as flow_basis,
    level,
    import_basis,
    export_basis,
    period,
    period_type,
    cast(lag_months as integer) as lag_months,
    export_period,
    cast(import_usd as {{ type_money() }}) as import_usd,
    cast(import_low_usd as {{ type_money() }}) as import_fob_low_usd,
    cast(import_high_usd as {{ type_money() }}) as import_fob_high_usd,
    cast(export_usd as {{ type_money() }}) as export_usd,
    cast(case when has_china then sent_on_usd end as {{ type_money() }}) as hong_kong_re_export_usd,
    tau_low,
    tau_high,
    case when note is null and tau_low = tau_high then {{ gap_of('import_low_usd', 'export_usd') }} end as gap,
    case when note is null then {{ gap_of('import_low_usd', 'export_usd') }} end as gap_low,
    case when note is null then {{ gap_of('import_high_usd', 'export_usd') }} end as gap_high,
    cast(n_codes_both as integer) as n_codes_both,
    cast(n_codes as integer) as n_codes,
    round(cast(n_codes_both as {{ type_double() }}) / n_codes, 12) as coverage_codes,
    cast(n_obs as integer) as n_obs,
    case when least_import_method = most_import_method then least_import_method else 'mixed' end as import_cy_method,
    case when least_export_method = most_export_method then least_export_method else 'mixed' end as export_cy_method,
    case when tau_low = tau_high then 'derived' else 'estimated' end as method_status,
    case
        when note is not null then note
        when tau_low < tau_high then 'freight and insurance are not known: only the bounds'
    end as note,
    import_source,
    export_source,
    case when import_source = export_source then import_source else import_source || ' / ' || export_source end as source,
    data_vintage,
    {{ evidence_name('evidence_rank') }} as evidence
from judged
