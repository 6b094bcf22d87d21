{#- A table of which a new month of figures changes little grows: it waits in the file as the last release had it
    (warehouse/carry.py), the rows go that a changed part of the lake's vintages has a say in, and the model's own SQL makes
    them again, over these parts alone. A model's meta says how. Its rows come from the rows of `over` that have their `key`, and
    beside them only from what belongs to the cells of that key and from seeds. `of` (else `over`) is the model that has every
    key with what it is made of, by part, by cell (then its rates are looked at too), or by the key of the table `after`, which grows
    itself: a key is made again where one of these is not as it was, or was made again.
    Numbers that rows refer to others by must be what they were. `compared` leaves the former table of a model there, to be
    held against the new. -#}
{% macro may_grow(waiting) -%}
    {%- set waits, grows = waiting_tables(), model.config.meta.grows -%}
    {%- set needed = [waiting.identifier in waits] -%}
    {%- for name in [grows.of or grows.over] + (['stg_trade_rate'] if grows.by == 'cell_id' else []) if is_compared(name) -%}
        {%- do needed.append(name ~ '__before' in waits or was_carried(name)) -%}
    {%- endfor -%}
    {%- if grows.after -%} {%- do needed.append(has_grown(grows.after) or was_carried(grows.after)) -%} {%- endif -%}
    {{ return(needed | min and keeps_its_numbers(waits)) }}
{%- endmacro %}

{% macro keeps_its_numbers(waits) -%}
    {%- set query -%}
        select
            not exists ({{ sources_with_parts('mark') }} except {{ sources_with_parts('mark_before') }})
            and not exists ({{ sources_with_parts('mark_before') }} except {{ sources_with_parts('mark') }})
            {%- for name, columns in [
                ('stg_trade_document', 'document_id, document_order, evidence_rank'), ('stg_trade_partner', '*'), ('stg_trade_wording', '*'),
            ] %}
            and {{ was_carried(name) if name ~ '__before' not in waits else
                'not exists (select %s from %s except select %s from %s)' % (columns, before(name), columns, relation_of(name)) }}
            {%- endfor %}
    {%- endset -%}
    {{ return(run_query(query).rows[0][0]) }}
{%- endmacro %}

{% macro grown(waiting, sql) -%}
    {%- set grows, made = model.config.meta.grows, made_of_table(model.alias) -%}
    {%- set key, row, over, of = grows.key, grows.row or grows.key, relation_of(grows.over), relation_of(grows.of or grows.over) -%}
    create table {{ made }} as
    with there as (
        select distinct {{ row }} as key from {{ waiting }}
    ),

    every as (
        select distinct {{ key }} as key from {{ of }}
    ),

    changed as (
        select key from every where key not in (select key from there)
        {%- for query in changed_keys(grows) %}
        union
        {{ query }}
        {%- endfor %}
    )

    select key, true as is_there from changed
    union all
    select key, false from there where key not in (select key from every);
    set variable first_key = (select min(key) from {{ made }} where is_there);
    set variable last_key = (select max(key) from {{ made }} where is_there);
    delete from {{ waiting }} where {{ row }} in (select key from {{ made }});
    set variable n_kept = (select count(*) from {{ waiting }});
    insert into {{ waiting }} by name
    {{ sql | replace(over, '(select * from %s where %s in (select key from %s where is_there) and %s between %s and %s)' % (
        over, key, made, key, "getvariable('first_key')", "getvariable('last_key')",
    )) }};
    {#- its rows all have to come from `over`: another row would stand beside the same one that was kept -#}
    set variable is_sound = (
        select case when count(*) <> getvariable('n_kept') then error('{{ model.name }} made rows of keys that were kept') end
        from {{ waiting }}
        where {{ row }} not in (select key from {{ made }})
    );
{%- endmacro %}

{#- The queries for keys that are made again though they were there. -#}
{% macro changed_keys(grows) -%}
    {%- set of, waits, found = grows.of or grows.over, waiting_tables(), [] -%}
    {%- set keys = 'select ' ~ grows.key ~ ' as key from ' ~ relation_of(of) -%}
    {%- if of ~ '__before' in waits -%}
        {%- do found.append('select %s as key from (from %s except from %s)' % (grows.key, relation_of(of), before(of))) -%}
    {%- endif -%}
    {%- if grows.by == 'part_number' -%}
        {%- do found.append('%s where part_number in (%s)' % (keys, changed_parts())) -%}
    {%- elif grows.by == 'cell_id' -%}
        {%- do found.append('%s where %s in (%s)' % (keys, part_of('cell_id'), changed_parts())) -%}
        {%- if 'stg_trade_rate__before' in waits -%}
            {%- set now, then = relation_of('stg_trade_rate'), before('stg_trade_rate') -%}
            {%- for one, other in [(now, then), (then, now)] -%}
                {%- do found.append('%s where cell_id in (select cell_id from (from %s except from %s))' % (keys, one, other)) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- elif has_grown(grows.after) -%}
        {%- do found.append('%s where %s in (select %s from %s)' % (keys, grows.by, 'key', made_of_table(grows.after))) -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}

{#- The numbers of the parts that were not there, or not the same, in the last release. -#}
{% macro changed_parts() -%}
    select part.part_number
    from {{ relation_of('stg_trade_part') }} as part
    inner join lake.mark as mark
        on mark.relation = concat_ws('/', 'lake.trade_flow_vintage', part.source, cast(part.period as varchar))
    left join lake.mark_before as earlier on mark.relation = earlier.relation and mark.mark = earlier.mark
    where earlier.relation is null
{%- endmacro %}

{% macro sources_with_parts(marks) -%}
    select split_part(relation, '/', 2) from lake.{{ marks }} where relation like 'lake.trade_flow_vintage/%'
{%- endmacro %}

{% macro waiting_tables() -%}
    {{ return(run_query("select table_name from duckdb_tables() where ends_with(table_name, '__before')").columns[0].values()) }}
{%- endmacro %}

{% macro was_carried(name) -%}
    {%- set node = graph.nodes['model.' ~ project_name ~ '.' ~ name] -%}
    {%- set query -%}
        select exists (select 1 from lake.mark where relation = '{{ node.schema }}.{{ node.alias }}' and carried)
    {%- endset -%}
    {{ return(run_query(query).rows[0][0]) }}
{%- endmacro %}

{% macro has_grown(name) -%}
    {{ return(run_query("select exists (select 1 from duckdb_tables() where table_name = 'made_of_" ~ name ~ "')").rows[0][0]) }}
{%- endmacro %}

{% macro is_compared(name) -%}
    {{ return('compared' in graph.nodes['model.' ~ project_name ~ '.' ~ name].config.meta) }}
{%- endmacro %}

{% macro made_of_table(name) -%} lake.made_of_{{ name }} {%- endmacro %}

{% macro relation_of(name) -%}
    {{ return(graph.nodes['model.' ~ project_name ~ '.' ~ name].relation_name) }}
{%- endmacro %}

{% macro before(name) -%}
    {{ return(relation_of(name) | replace(name, name ~ '__before')) }}
{%- endmacro %}
