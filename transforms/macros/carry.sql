{#- A table that is made of what the release before made it of is taken from there, not made again: it waits in the file under
    a name of its own (warehouse/carry.py). `lake.mark` tells of every relation what it is made of (its SQL and the marks of
    what it reads) and its mark: the same, or, where a model's meta says `known_by: rows`, a hash of what it holds. Such a
    model is small, stands between many documents and much work, and stops what changed and means nothing to those who read
    it. -#}
{% macro duckdb__create_table_as(temporary, relation, compiled_code, language='sql', partitioned_by=none, sorted_by=none) -%}
    {%- if temporary or not var('carry') -%}
        {{ dbt.duckdb__create_table_as(temporary, relation, compiled_code, language) }}
    {%- else -%}
        {%- set found = made_of(compiled_code) -%}
        {%- set waiting = relation.incorporate(path={'identifier': model.alias ~ '__before'}) -%}
        {%- if found.carried -%}
            alter table {{ waiting }} rename to {{ adapter.quote(relation.identifier) }};
        {%- elif model.config.meta.get('grows') and may_grow(waiting) -%}
            {{ grown(waiting, compiled_code) }}
            alter table {{ waiting }} rename to {{ adapter.quote(relation.identifier) }};
        {%- else -%}
            {%- if not model.config.meta.get('compared') %}
            drop table if exists {{ waiting }};
            {%- endif %}
            {{ dbt.duckdb__create_table_as(temporary, relation, compiled_code, language) }};
        {%- endif %}
        {{ leave_mark(found, relation) }}
    {%- endif -%}
{%- endmacro %}

{% macro made_of(sql) -%}
    {%- set inputs = read_by(model) -%}
    {%- set query -%}
        select '{{ inputs | join(',') }}' as reads, made.made_of, before.mark as mark, before.mark is not null as carried
        from (
            select md5('{{ local_md5(sql) }}' || coalesce(string_agg(relation || ' ' || mark, ',' order by relation), '')) as made_of
            from lake.mark
            where relation in ('{{ inputs | join("', '") }}')
            having count(*) = {{ inputs | length }}
        ) as made
        left join lake.mark_before as before
            on before.relation = '{{ model.schema }}.{{ model.alias }}' and before.made_of = made.made_of
    {%- endset -%}
    {%- set rows = run_query(query).rows -%}
    {%- if rows | length != 1 -%}
        {{ exceptions.raise_compiler_error(model.name ~ ': what it reads has not left its mark: ' ~ inputs | join(', ')) }}
    {%- endif -%}
    {{ return(rows[0]) }}
{%- endmacro %}

{#- What a model reads, each once. Seeds are part of the code, and other code carries nothing over. -#}
{% macro read_by(node) -%}
    {%- set found = [] -%}
    {%- for id in node.depends_on.nodes -%}
        {%- if id in graph.sources -%}
            {%- do found.append(graph.sources[id].schema ~ '.' ~ graph.sources[id].name) -%}
        {%- elif graph.nodes[id].config.materialized == 'ephemeral' -%}
            {%- do found.extend(read_by(graph.nodes[id])) -%}
        {%- elif graph.nodes[id].resource_type == 'model' -%}
            {%- do found.append(graph.nodes[id].schema ~ '.' ~ graph.nodes[id].alias) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found | unique | list) }}
{%- endmacro %}

{% macro leave_mark(found, relation) -%}
    {%- set waits = 'grows' in model.config.meta or 'compared' in model.config.meta %}
    insert into lake.mark
    {%- if model.config.meta.get('known_by') == 'rows' and not found.carried %}
    select
        '{{ model.schema }}.{{ model.alias }}', '{{ found.reads }}', '{{ found.made_of }}',
        md5(concat_ws(' ', count(*), bit_xor(md5_number(cast(made as varchar))), sum(cast(hash(made) as hugeint)))), false, {{ waits }}
    from {{ relation }} as made;
    {%- else %}
    values (
        '{{ model.schema }}.{{ model.alias }}', '{{ found.reads }}', '{{ found.made_of }}',
        '{{ found.mark or found.made_of }}', {{ found.carried }}, {{ waits }}
    );
    {%- endif %}
{%- endmacro %}
