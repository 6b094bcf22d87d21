"""The versions of trade figures, in SQL: what was known from when to when, as which document said it.

An observation is a document's payload for a key (cell and partner); equal payloads that follow each other are one. It
ends at the next different payload, or where a document that speaks for the key no longer has it (withdrawn). Documents
stand in the order of vintage (released, else retrieved), retrieval and id, whenever they came.
"""

from __future__ import annotations

import hashlib
from typing import Any

from contracts.schemas.customs import CELL, DERIVED, PAYLOAD

_NAMES = ", ".join(CELL)
_SLICE = ("source", "reporter", "flow", "flow_basis", "level", "period", "period_type")


def _same(left: str, right: str, names: tuple[str, ...]) -> str:
    return " and ".join(f"{left}.{name} = {right}.{name}" for name in names)


def _each(names: tuple[str, ...], prefix: str = "") -> str:
    return ", ".join(f"{prefix}{name}" for name in names)


_KNOWN = """
select
    document_id, source, status, coalesce(released_at, retrieved_at) as vintage_at,
    row_number() over (order by coalesce(released_at, retrieved_at), retrieved_at, document_id) as place
from given_document
where outcome = 'parsed'
"""

_HOLDING = f"""
with found as (
    select distinct {_NAMES}, place, document_id
    from given_flow inner join known using (document_id)
)
select
    *,
    dense_rank() over (order by source, period, {_each(("reporter", "flow", "flow_basis", "level", "code", "period_type"))}) as cell,
    count(*) over (partition by {_NAMES}) = 1 as alone
from found
"""

_CELLS = f"""
select *, cell - min(cell) over (partition by source, period) + 1 as cell_number
from (select distinct cell, {_NAMES} from holding)
"""

# A prefix of two digits and more is looked for among the codes of its chapter, a shorter one among all.
_SPEAKING = " union ".join(
    f"""
select cells.cell, slice.partner_code, slice.place
from (select *, left(code, 2) as chapter from cells) as cells
inner join (
    select scope.*, left(code_prefix, 2) as chapter, known.source, known.place
    from given_scope as scope inner join known using (document_id)
    where complete and status <> 204
) as slice
    on {_same("cells", "slice", _SLICE)} {join} and starts_with(cells.code, slice.code_prefix)
where length(slice.code_prefix) {length}
"""
    for join, length in (("and cells.chapter = slice.chapter", ">= 2"), ("", "< 2"))
)

_FACT = f"""
select
    holding.cell, holding.place, holding.alone, given_flow.row_number, partner_code, partner_kind, country_codes,
    {_each(PAYLOAD, "given_flow.")}
from given_flow inner join holding
    on given_flow.document_id = holding.document_id and {_same("given_flow", "holding", CELL[1:])}
"""

# The next document after each that holds rows which speaks for all partners of the cell, and the next that names one.
_NEXT_WHOLE = """
select mine.cell, mine.place, later.place as next_place
from (select distinct cell, place from holding) as mine
asof inner join (select cell, place from speaking where partner_code is null) as later
    on mine.cell = later.cell and mine.place < later.place
"""
_NEXT_NAMED = """
select mine.cell, mine.partner_code, mine.place, later.place as next_place
from (
    select distinct cell, partner_code, place
    from fact semi join (select cell from speaking where partner_code is not null) as named using (cell)
) as mine
asof inner join (select * from speaking where partner_code is not null) as later
    on mine.cell = later.cell and mine.partner_code = later.partner_code and mine.place < later.place
"""

_SPOKEN = """
select fact.*, least(whole.next_place, named.next_place) as spoken_place
from fact
left join next_whole as whole on fact.cell = whole.cell and fact.place = whole.place
left join next_named as named
    on fact.cell = named.cell and fact.place = named.place and fact.partner_code = named.partner_code
"""

# Cells of one document: most of a long history. They need no comparing, unless it says two things of one partner.
_SINGLE = """
select distinct cell from holding where alone and cell not in (
    select cell from fact where alone group by cell, partner_code having count(*) > 1
)
"""

_TURN = f"""
with step as (
    select
        spoken.*,
        lead(place) over by_key as next_place,
        lag(place) over by_key is null
        or coalesce(lag(spoken_place) over by_key < place, false)
        {" ".join(f"or lag({name}) over by_key is distinct from {name}" for name in PAYLOAD)} as starts
    from spoken
    where cell not in (select cell from single)
    window by_key as (partition by cell, partner_code order by place, row_number)
)
select *, coalesce(spoken_place < coalesce(next_place, spoken_place + 1), false) as withdrawn_next
from step
"""

# It ends at its own withdrawal, at that of its last repetition, or where the next one starts.
_ENDED = f"""
with ended as (
    select
        *,
        case
            when withdrawn_next then spoken_place
            when lead(starts) over by_key then lead(place) over by_key
            else lead(spoken_place) over by_key
        end as until_place,
        withdrawn_next or coalesce(not lead(starts) over by_key, false) as withdrawn
    from turn
    where starts or withdrawn_next
    window by_key as (partition by cell, partner_code order by place, row_number)
)
select cell, place, row_number, partner_code, partner_kind, country_codes, {_each(PAYLOAD)}, until_place, withdrawn
from ended
where starts
union all
select
    cell, place, row_number, partner_code, partner_kind, country_codes, {_each(PAYLOAD)},
    spoken_place, spoken_place is not null
from spoken
where cell in (select cell from single)
"""

_FLOW_VINTAGE = f"""
select
    {_each(CELL, "cells.")}, cells.cell_number, partner_code, partner_kind, country_codes, {_each(PAYLOAD, "ended.")}, row_number,
    known.document_id, known.vintage_at as known_from, later.document_id as until_document_id,
    later.vintage_at as known_to, withdrawn
from ended
inner join cells using (cell)
inner join known using (place)
left join known as later on ended.until_place = later.place
"""

_CELL_DOCUMENT = f"""
select {_each(CELL, "cells.")}, cells.cell_number, holding.document_id, 'holds' as relation, null::varchar as partner_code
from holding inner join cells using (cell)
union all
select {_each(CELL, "cells.")}, cells.cell_number, known.document_id, 'speaks', speaking.partner_code
from speaking inner join cells using (cell) inner join known using (place)
"""

_TABLES = {
    "known": _KNOWN,
    "holding": _HOLDING,
    "cells": _CELLS,
    "speaking": _SPEAKING,
    "fact": _FACT,
    "next_whole": _NEXT_WHOLE,
    "next_named": _NEXT_NAMED,
    "single": _SINGLE,
    "spoken": _SPOKEN,
    "turn": _TURN,
    "ended": _ENDED,
    "trade_flow_vintage": _FLOW_VINTAGE,
    "trade_cell_document": _CELL_DOCUMENT,
}
_VIEWS = frozenset({"spoken", "turn", *DERIVED})


def rules() -> str:
    """A short digest of everything that decides what is worked out: parts of other rules do not count."""
    shapes = [f"{name} {schema}" for name, schema in DERIVED.items()]
    return hashlib.sha256("\n".join((*_TABLES.values(), *shapes)).encode()).hexdigest()[:12]


def work_out(connection: Any) -> None:
    """Make the temporary views `trade_flow_vintage` and `trade_cell_document` of a DuckDB connection.

    They are of the rows in its relations `given_flow`, `given_scope` and `given_document`, in the columns of the lake's
    trade_flow, trade_scope and document. All documents that hold rows of a period, or speak for it, have to be there.
    """
    for name, query in _TABLES.items():
        kind = "view" if name in _VIEWS else "table"
        connection.execute(f"create or replace temp {kind} {name} as {query}").fetchall()
