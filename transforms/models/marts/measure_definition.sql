-- The definitions this warehouse can compute, one row each, with the SQL that does it: `$name` stands for an argument.
-- marts.exposure has the concentration on the row of each partner definition: any one of them gives it once.
{%- set direct = measure_template() %}
{%- set concentration %}
select
    exposure.reporter, exposure.basket_id, exposure.basket_version, exposure.measure, exposure.flow_basis, exposure.period,
    exposure.period_type, exposure.hhi, exposure.coverage_codes, exposure.denominator, exposure.source,
    exposure.data_vintage, exposure.evidence
from {{ ref('exposure') }} as exposure
inner join {{ ref('stg_basket_version') }} as version
    on exposure.basket_id = version.basket_id and exposure.basket_version = version.basket_version
where exposure.partner_definition = 'CHN'
    and exposure.basket_id = split_part($basket, '@', 1)
    and (
        exposure.basket_version = nullif(split_part($basket, '@', 2), '')
        or ($basket not like '%@%' and version.is_current_version)
    )
    and exposure.measure = $measure
    and exposure.flow_basis = $basis
    and exposure.period_type = $period_type
{%- endset %}
{%- set every_measure = measures() | map(attribute='name') | join(', ') %}
{%- set definitions = [
    {
        'id': 'direct_share', 'name': 'Direct share of imports', 'method': 'M1',
        'formula': 'imports of the basket from the partners of the definition / imports of the basket from all partners, '
            'both over the codes of the basket that have a figure, in one month, quarter, calendar year or year to date',
        'keys': 'basket, measure, basis, partner_definition, period_type', 'period_types': 'M, Q, CY, YTD',
        'measures': every_measure, 'unit': 'share of 1', 'macro': 'measure', 'sql': direct,
        'traps': 'A group row is no partner and the world row is only ever the denominator. Bases never mix: say which one. '
            ~ 'Below a coverage of codes of ' ~ var('coverage_floor') ~ ' there is no share. denominator_kind partners_listed '
            ~ 'is a share of the partners asked for, not of all imports. A country of origin, not of design, ownership or last '
            ~ 'port.',
    },
    {
        'id': 'ttm_share', 'name': 'Share of imports over twelve months', 'method': 'M2',
        'formula': 'as direct_share, of the twelve months that end with the month of the period; every one of the twelve has a '
            'figure for the same codes from one source',
        'keys': 'basket, measure, basis, partner_definition, period_type', 'period_types': 'TTM', 'measures': every_measure,
        'unit': 'share of 1', 'macro': 'measure', 'sql': direct,
        'traps': 'Never the same as one month times twelve, nor as the average of twelve monthly shares.',
    },
    {
        'id': 'hhi', 'name': 'Concentration of imports over partners', 'method': 'M4',
        'formula': '10000 x the sum over all partners of the square of their share of the imports of the basket',
        'keys': 'basket, measure, basis, period_type', 'period_types': 'M, Q, CY, YTD, TTM', 'measures': every_measure,
        'unit': 'index 0-10000', 'macro': none, 'sql': concentration,
        'traps': 'Only where every partner is listed with a known figure. The European Union states it from 0 to 1. A rising '
            'index with a falling share of one partner is no contradiction.',
    },
] %}
{%- for one in definitions %}
select
    cast('{{ one.id }}' as {{ dbt.type_string() }}) as id,
    cast('{{ one.name }}' as {{ dbt.type_string() }}) as name,
    cast('{{ one.formula }}' as {{ dbt.type_string() }}) as formula,
    cast('{{ one['keys'] }}' as {{ dbt.type_string() }}) as keys,
    cast('{{ one.measures }}' as {{ dbt.type_string() }}) as measures,
    cast('{{ one.period_types }}' as {{ dbt.type_string() }}) as period_types,
    cast('{{ one.unit }}' as {{ dbt.type_string() }}) as unit,
    cast({{ "'" ~ one.macro ~ "'" if one.macro else 'null' }} as {{ dbt.type_string() }}) as table_macro,
    cast({{ as_text(one.sql) }} as {{ dbt.type_string() }}) as sql_template,
    cast('{{ one.method }}' as {{ dbt.type_string() }}) as method,
    cast('{{ one.traps }}' as {{ dbt.type_string() }}) as traps
{{ 'union all' if not loop.last }}
{%- endfor %}
