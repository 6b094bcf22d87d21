-- Of a splice one edition is summed on a day, and a code goes into one sum: with one answer a code and month, a spliced code
-- then has one row a partner and month. No splice takes the name of a code that is reported beside it.
with splice as (
    select
        spliced_code, code, hs_edition,
        coalesce(valid_from, cast('0001-01-01' as date)) as valid_from,
        coalesce(valid_until, cast('9999-12-31' as date)) as valid_until
    from {{ ref('hs_splice') }}
)

select one.spliced_code, one.code, one.hs_edition, other.spliced_code as other_name, other.hs_edition as other_edition
from splice as one
inner join splice as other
    on one.valid_from <= other.valid_until
    and other.valid_from <= one.valid_until
    and (
        (one.spliced_code = other.spliced_code and one.hs_edition < other.hs_edition)
        or (one.code = other.code and one.spliced_code < other.spliced_code)
    )
union all
select one.spliced_code, named.code, one.hs_edition, one.spliced_code, one.hs_edition
from splice as one
inner join {{ ref('stg_trade_cell') }} as named on one.spliced_code = named.code
left join splice as other on named.code = other.code
where other.code is null
