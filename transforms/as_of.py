"""Table macros that answer from what was known at a time: `marts.<mart>_as_of(known_at)`.

A mart is a chain of models over a few tables that keep every version of a figure (`_BASES`). Its macro is the same chain: dbt's
own SQL of each model as one common table expression, over those tables as they stood at `known_at`. So a macro has no SQL of
its own to go wrong, today's code, baskets, country codes and precedence of sources answer, and a model that is put between
takes part at once. With a time after the last document it gives what the mart holds; before the first, nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PARAMETER = "known_at"
_TIME = f"coalesce(cast({PARAMETER} as timestamp with time zone), error('{PARAMETER} is NULL'))"
_VERSION = f"known_from <= {_TIME} and (known_to is null or known_to > {_TIME})"
_OPEN = "cast(null as timestamp with time zone) as known_to"
_DOCUMENTS = f"select * from staging.stg_trade_document where vintage_at <= {_TIME}"

BASKET_IMPORTS = "flow = 'import' and (level, code) in (select level, code from staging.basket_member)"
_CELLS: Mapping[str, str] = {
    "trade_monthly": "level = 'HS6' and period_type = 'M'",
    "import_share": BASKET_IMPORTS,
    "exposure": BASKET_IMPORTS,
}
"""The marts that have a macro, and the cells that can have a part in them: no others are looked at, which only saves time."""

_BASES: Mapping[str, str] = {
    "stg_trade_document": _DOCUMENTS,
    "stg_trade_flow": f"select * replace ({_OPEN}, false as withdrawn) from staging.stg_trade_flow where {_VERSION} and {{cells}}",
    "stg_trade_scope": "select * from staging.stg_trade_scope where {cells} and document_order in "
    f"(select document_order from ({_DOCUMENTS}))",
    "fx_fixing": f"select * replace ({_OPEN}) from staging.fx_fixing where {_VERSION}",
}
"""The tables that keep versions, as they stood at the time."""
_FIXED = frozenset({"stg_trade_seen"})
"""Names of cells: they say nothing of when."""


def create(database: Path, target: Path) -> None:
    """Make the macros, with comments, in the built `database`; `target` as in `statements`."""
    import duckdb

    with duckdb.connect(str(database)) as connection:
        for statement in statements(target):
            connection.execute(statement).fetchall()


def statements(target: Path) -> Iterator[str]:
    """The SQL that makes each macro and its comment.

    `target` is the folder `project.run` wrote its manifest to. A mart that was not built, since a check before it failed,
    has none; such a build is not released.
    """
    known = nodes(target)
    for mart in (name for name in _CELLS if known[name].get("compiled_code")):
        body = then(known, mart, _CELLS[mart])
        yield f"create or replace macro marts.{mart}_as_of({PARAMETER}) as table\n{body}"
        words = (
            f"marts.{mart} as it would have been at {PARAMETER} (timestamp with time zone): from the figures known then, "
            "with the code and baskets of this build."
        )
        yield f"comment on macro table marts.{mart}_as_of is '{words}'"


def nodes(target: Path) -> dict[str, Any]:
    """Models and seeds by name, from dbt's manifest."""
    every = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"].values()
    return {node["name"]: node for node in every if node["resource_type"] in {"model", "seed"}}


def then(known: Mapping[str, Any], name: str, cells: str) -> str:
    """A query for what the model `name` would hold at `known_at`.

    `known` are `nodes`; `cells` is a condition on the names of cells, and only says which can have a part in the model.
    """
    chosen = f"cell_id in (select cell_id from staging.stg_trade_seen where {cells})"
    chain = list(_chain(known, name))
    steps = {base: sql.format(cells=chosen) for base, sql in _BASES.items()}
    steps |= {one: _at_the_time(known, {*steps, *chain}, one) for one in chain}
    body = ",\n".join(f"{_step(one)} as (\n{sql}\n)" for one, sql in steps.items())
    return f"with {body}\nselect * from {_step(name)}"


def _chain(known: Mapping[str, Any], mart: str) -> Iterator[str]:
    """The models between the bases and the mart, each after those it reads, the mart last."""
    done: dict[str, bool] = dict.fromkeys(_BASES, True) | dict.fromkeys(_FIXED, False)
    order: list[str] = []

    def depends(name: str) -> bool:
        if name not in done:
            below = [depends(parent) for parent in _parents(known, name)]
            done[name] = any(below)
            if done[name]:
                order.append(name)
        return done[name]

    depends(mart)
    return iter(order)


def _parents(known: Mapping[str, Any], name: str) -> list[str]:
    kept = (parent.split(".") for parent in known[name].get("depends_on", {}).get("nodes", ()))
    return sorted(parts[-1] for parts in kept if parts[0] == "model" and parts[-1] in known)


def _at_the_time(known: Mapping[str, Any], steps: set[str], name: str) -> str:
    """A model's SQL with each relation as its step, or as the table of the release."""
    relations = {node["relation_name"]: node for node in known.values() if node["relation_name"]}
    found = re.compile("|".join(map(re.escape, relations)))

    def here(match: re.Match[str]) -> str:
        node = relations[match.group()]
        return _step(node["name"]) if node["name"] in steps else f'{node["schema"]}."{node["alias"]}"'

    return found.sub(here, known[name]["compiled_code"])


def _step(name: str) -> str:
    return f"{name}_then"
