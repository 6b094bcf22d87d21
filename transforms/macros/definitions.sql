{#- Common table expressions after `asked` (one row a definition: basket_id, basket_version or NULL for the current one,
    measure, flow, flow_basis, partner_definition, period_type) that end in `measured`: one row a definition, reporter and
    period. The rules are those of marts.exposure: a member that the answer neither lists nor names is unknown and the sum
    NULL; absent from a complete listing it is zero, unless the listing gives it inside a union. -#}
{% macro measured_from_asked(flows) -%}
named as (
    select
        asked.partner_definition,
        {{ n_named('asked.partner_definition') }} as n_named
    from asked
    group by asked.partner_definition
),

wanted as (
    select named.partner_definition, named.n_named, country.iso3 as partner, country.kind
    from named
    inner join {{ ref('country') }} as country
        on {{ names_partner('named.partner_definition', 'country') | indent(8) }}
),

covered as (
    {%- for flow in flows %}
    {{ measure_with_coverage(flow) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

basket as (
    select covered.*, asked.partner_definition
    from asked
    inner join covered
        on asked.basket_id = covered.basket_id
        and (asked.basket_version = covered.basket_version or (asked.basket_version is null and covered.is_current_version))
        and asked.measure = covered.measure
        and asked.flow = covered.flow
        and asked.flow_basis = covered.flow_basis
        and asked.period_type = covered.period_type
),

inside as (
    select distinct basket.basket_period_id, basket.measure, membership.iso3 as partner
    from basket
    inner join {{ ref('stg_basket_partner') }} as bloc on basket.basket_period_id = bloc.basket_period_id
    inner join {{ ref('country_group') }} as membership
        on bloc.partner = membership.country_group
        and (membership.valid_from is null or membership.valid_from <= basket.period)
        and (membership.valid_until is null or membership.valid_until > basket.period)
    where coalesce({{ amount_by_measure('basket.measure', 'bloc') }}, 1) <> 0
),

amount as (
    select
        basket.basket_period_id,
        basket.measure,
        wanted.partner_definition,
        wanted.n_named,
        case
            when partner.partner is not null then {{ amount_by_measure('basket.measure', 'partner') }}
            when
                basket.n_whole_codes = basket.n_codes_answered and wanted.kind = 'country' and inside.partner is null
                then 0
        end as amount
    from basket
    inner join wanted on basket.partner_definition = wanted.partner_definition
    left join {{ ref('stg_basket_partner') }} as partner
        on basket.basket_period_id = partner.basket_period_id and wanted.partner = partner.partner
    left join inside
        on basket.basket_period_id = inside.basket_period_id
        and basket.measure = inside.measure
        and wanted.partner = inside.partner
),

added as (
    select
        amount.basket_period_id,
        amount.measure,
        amount.partner_definition,
        case when count(amount.amount) = max(amount.n_named) then sum(amount.amount) end as numerator
    from amount
    group by amount.basket_period_id, amount.measure, amount.partner_definition
),

figure as (
    select basket.*, added.numerator
    from basket
    left join added
        on basket.basket_period_id = added.basket_period_id
        and basket.measure = added.measure
        and basket.partner_definition = added.partner_definition
),

measured as (
    select
        figure.reporter,
        figure.basket_id,
        figure.basket_version,
        figure.is_current_version,
        figure.measure,
        figure.flow,
        figure.flow_basis,
        figure.partner_definition,
        figure.period,
        figure.period_type,
        cast(numerator as {{ type_amount() }}) as numerator,
        cast(denominator_amount as {{ type_amount() }}) as denominator,
        case when may_share then {{ share_of('numerator', 'denominator_amount') }} end as share,
        figure.unit,
        {{ denominator_name('denominator_rank') }} as denominator_kind,
        cast(n_codes_answered as integer) as n_codes_answered,
        cast(n_codes as integer) as n_codes,
        figure.coverage_codes,
        cast(n_obs as integer) as n_obs,
        figure.method_status,
        figure.method as cy_method,
        figure.source,
        figure.currency,
        figure.data_vintage,
        {{ evidence_name('evidence_rank') }} as evidence,
        case
            when not n_codes_answered >= {{ var('coverage_floor') }} * n_codes then 'too few of the codes have figures'
            when not partners_given then 'the figures give no partners'
            when denominator_amount is null then 'the total is not known'
            when denominator_amount <= 0 then 'the total is zero'
            when filled_in_share > 1 - {{ var('coverage_floor') }} then 'too much was made from the values by the source'
            when numerator is null then 'a partner of the definition is neither listed nor asked for'
        end as reason
    from figure
)
{%- endmacro %}

{#- How many partners a definition joins by +. -#}
{% macro n_named(definition) -%}
    length({{ definition }}) - length(replace({{ definition }}, '+', '')) + 1
{%- endmacro %}

{#- Whether a definition names a country, or is a union. -#}
{% macro names_partner(definition, country) -%}
    '+' || {{ definition }} || '+' like '%+' || {{ country }}.iso3 || '+%'
    and ({{ country }}.kind = 'country' or ({{ country }}.kind = 'union' and {{ country }}.iso3 = {{ definition }}))
{%- endmacro %}

{#- A question for one definition, with `$basket`, `$measure`, `$basis`, `$partner_definition`, `$period_type` in it: what
    marts.measure runs, and what a person sees with the arguments filled in. -#}
{% macro measure_template() -%}
with given as (
    select
        {%- for name in ['basket', 'measure', 'basis', 'partner_definition', 'period_type'] %}
        cast(${{ name }} as {{ dbt.type_string() }}) as {{ name }}_given{{ ',' if not loop.last }}
        {%- endfor %}
),

asked as (
    select
        split_part(given.basket_given, '@', 1) as basket_id,
        nullif(split_part(given.basket_given, '@', 2), '') as basket_version,
        given.measure_given as measure,
        'import' as flow,
        given.basis_given as flow_basis,
        given.partner_definition_given as partner_definition,
        given.period_type_given as period_type
    from given
    where
        case
            {%- for name in ['basket', 'measure', 'basis', 'partner_definition', 'period_type'] %}
            when given.{{ name }}_given is null then error('{{ name }} is NULL')
            {%- endfor %}
            when not exists (
                select 1
                from {{ ref('stg_basket_version') }} as version
                where given.basket_given in (version.basket_id, version.basket_id || '@' || version.basket_version)
            ) then error('no such basket or version of it: ' || given.basket_given)
            when given.measure_given not in ({{ measure_names() }}) then error('no such measure: ' || given.measure_given)
            when given.basis_given not in ({{ import_bases() }}) then error('no such basis of imports: ' || given.basis_given)
            when given.period_type_given not in ('M', 'Q', 'CY', 'YTD', 'TTM')
                then error('no such period type: ' || given.period_type_given)
            when
                {{ n_named('given.partner_definition_given') }} <> (
                    select count(*)
                    from {{ ref('country') }} as country
                    where {{ names_partner('given.partner_definition_given', 'country') | indent(20) }}
                ) then error('not a list of countries, each once: ' || given.partner_definition_given)
            else true
        end
),

{{ measured_from_asked(['import']) }}

select *
from measured
{%- endmacro %}

{% macro import_bases() -%} 'GEN_VAL', 'CON_VAL', 'CIF', 'FOB' {%- endmacro %}

{#- SQL that is data: as a text, naming no database, since readers may attach the file under any name. -#}
{% macro as_text(sql) -%}
    '{{ sql | replace(adapter.quote(ref('country').database) ~ '.', '') | replace("'", "''") }}'
{%- endmacro %}
