-- What the rules about trade figures look at: the newest year of each basket, and what sources changed.
with newest as (
    select
        buildout.*,
        row_number() over (
            partition by reporter, basket_id, flow_basis, period_type order by period desc
        ) as place
    from {{ ref('country_buildout') }} as buildout
    where is_current_version
),

year_reading as (
    {% for rule, column in [('china_share_moved', 'china_share'), ('hhi_crossed', 'hhi')] %}
    select
        '{{ rule }}' as rule_id, {{ column }} as value, {{ column }}_year_before as compared_with,
        reporter, basket_id, basket_version,
        {{ 'partner_definition' if column == 'china_share' else all_partners() ~ ' as partner_definition' }},
        flow_basis, period, period_type, coverage_codes, n_obs, source, data_vintage, evidence
    from newest
    where place = 1
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

changed as (
    select
        revision.*,
        source || '/' || reporter || '/' || basket_id || '/' || basket_version || '/' || flow || '/' || flow_basis
        || '/' || period_type || '/' || cast(period as {{ dbt.type_string() }})
        || '/' || cast(known_from as {{ dbt.type_string() }}) as subject
    from {{ ref('revision') }} as revision
    where is_current_version
)

select
    rule_id,
    reporter || '/' || basket_id || '/' || basket_version || '/' || flow_basis || '/' || period_type || '/'
    || cast(period as {{ dbt.type_string() }}) as subject,
    true as may_fire,
    cast(value as {{ type_double() }}) as value,
    cast(compared_with as {{ type_double() }}) as compared_with,
    period as happened_on,
    cast(null as {{ dbt.type_string() }}) as words,
    reporter, basket_id, basket_version, partner_definition, flow_basis, period, period_type, coverage_codes, n_obs, source,
    data_vintage, evidence
from year_reading
{% for rule, value, compared in [
    ('revision_cells', 'changed_share', 'null'), ('revision_value', 'new_value', 'old_value')
] %}
union all
select
    '{{ rule }}', subject, true, cast({{ value }} as {{ type_double() }}), cast({{ compared }} as {{ type_double() }}),
    cast(known_from as date), coalesce('values in ' || currency, 'values in two currencies'), reporter, basket_id,
    basket_version, {{ all_partners() }}, flow_basis, period, period_type, cast(null as {{ type_double() }}), n_cells, source,
    known_from, evidence
from changed
{% endfor %}
