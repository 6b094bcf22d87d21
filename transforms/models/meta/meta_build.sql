{{ config(alias='build') }}
select
    '{{ var("build_id") }}' as build_id,
    '{{ var("home_kind") }}' as home_kind,
    cast('{{ var("built_at") }}' as timestamp with time zone) as built_at,
    {{ as_of_time() }} as as_of_time,
    '{{ dbt_version }}' as dbt_version
