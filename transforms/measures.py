"""Any definition of an import share, worked out on demand: `marts.measure(...)`, and the SQL it runs.

The SQL stands once, in `sql_template` of `marts.measure_definition`: a question with `$basket`, `$measure`, `$basis`,
`$partner_definition` and `$period_type` in it. The table macro has it with its parameters in their place, `text` with values.
`marts.measure_as_of(known_at, ...)` is the same question over what was known at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from contracts.clock import stamp
from contracts.errors import ChokepointError
from contracts.text import printable
from transforms import as_of

MODEL, DEFINITION = "measure_definition", "direct_share"
ARGUMENTS = ("basket", "measure", "basis", "partner_definition", "period_type")
PERIOD_TYPES = {"M", "Q", "CY", "YTD", "TTM"}
_BASKETS, _ANSWERS = "staging.basket", "staging.stg_basket"
_SHOWN_CHARACTERS = 60
_ARGUMENT = re.compile(rf"\$({'|'.join(ARGUMENTS)})\b")
_WORDS = (
    "Imports of a basket from the partners of a definition over all its imports, for every reporter and period: "
    "basket id or id@version, measure, basis, countries joined by +, period type"
)


class UnknownDefinition(ChokepointError):
    """A definition that cannot be meant: no such basket, measure, basis, country or period type."""

    exit_code = 2


@dataclass(frozen=True)
class Definition:
    """What to measure: `basket` is id or id@version, `partner_definition` ISO 3166 alpha-3 codes joined by +."""

    basket: str
    measure: str
    basis: str
    partner_definition: str
    period_type: str


def sql(
    database: Path, asked: Definition, reporter: str | None = None, known_at: datetime | None = None
) -> str:
    """The SQL of one definition for a release, arguments filled in: a row a reporter and period in their order.

    `reporter` (ISO 3166 alpha-3) leaves its rows alone; `known_at` asks what was known then. Raises `UnknownDefinition`.
    """
    require_known(database, asked, reporter)
    question = text_as_of(asked, known_at) if known_at else text(template(database), asked)
    where = f"\nwhere measured.reporter = {_literal(reporter)}" if reporter is not None else ""
    return f"{question}{where}\norder by measured.reporter, measured.period"


def text(template: str, asked: Definition) -> str:
    """The template with the arguments of a definition in their place."""
    return _filled(template, {name: _literal(value) for name, value in asdict(asked).items()})


def text_as_of(asked: Definition, known_at: datetime) -> str:
    """The same question from what was known at a time (with zone)."""
    arguments = ", ".join(map(_literal, asdict(asked).values()))
    return f"select *\nfrom marts.measure_as_of(timestamptz {_literal(stamp(known_at))}, {arguments}) as measured"


def template(database: Path) -> str:
    """The SQL template of a release or build."""
    return _definition(database, "sql_template")


def require_known(database: Path, asked: Definition, reporter: str | None = None) -> None:
    """Raise `UnknownDefinition`, naming what there is, unless the release knows every word of the definition."""
    known = partial(_known, database)
    _require("measure", asked.measure, set(_definition(database, "measures").split(", ")))
    _require("period type", asked.period_type, PERIOD_TYPES)
    if asked.basket not in known(f"select unnest([basket_id, basket_id || '@' || version]) from {_BASKETS}"):
        raise UnknownDefinition(f"no basket {_shown(asked.basket)}: `chokepoint basket list` names them")
    _require(
        "basis of imports",
        asked.basis,
        known(f"select distinct flow_basis from {_ANSWERS} where flow = 'import'"),
    )
    countries = known("select iso3 from staging.country where kind = 'country'")
    unions = known("select iso3 from staging.country where kind = 'union'")
    _require_countries(asked.partner_definition, countries, unions)
    if reporter is not None and reporter not in countries | unions:
        raise UnknownDefinition(f"no reporter {_shown(reporter)}: ISO 3166 alpha-3, e.g. USA")


def _require(what: str, given: str, known: set[str]) -> None:
    if given not in known:
        raise UnknownDefinition(f"no {what} {_shown(given)}; there are: {', '.join(sorted(known)) or 'none'}")


def _require_countries(definition: str, countries: set[str], unions: set[str]) -> None:
    named = definition.split("+")
    if definition in unions:
        return
    if strange := sorted(set(named) - countries):
        raise UnknownDefinition(
            f"no country {_shown(strange[0])} in {_shown(definition)}: ISO 3166 alpha-3 codes joined by +, or a union alone"
        )
    if len(set(named)) < len(named):
        raise UnknownDefinition(f"{_shown(definition)} names a country twice")


def _shown(word: str) -> str:
    return repr(printable(word, _SHOWN_CHARACTERS))


def _known(database: Path, sql: str) -> set[str]:
    from warehouse.query import told

    return {str(row[0]) for row in told(database, sql).rows}


def _definition(database: Path, column: str) -> str:
    (found,) = _known(database, f"select {column} from marts.{MODEL} where id = '{DEFINITION}'")
    return found


def create(database: Path, target: Path) -> None:
    """Make both table macros, with comments, in the built `database`; `target` as in `as_of.statements`.

    Nothing where the model was not built, since a check before it failed; such a build is not released.
    """
    import duckdb

    nodes = as_of.nodes(target)
    if not nodes[MODEL].get("compiled_code"):
        return
    made = list(statements(template(database), nodes))
    with duckdb.connect(str(database)) as connection:
        for statement in made:
            connection.execute(statement).fetchall()


def statements(sql: str, nodes: Mapping[str, Any]) -> Iterator[str]:
    """The SQL that makes the macros of the template `sql` and their comments; `nodes` as of `as_of.nodes`."""
    yield from _measure(sql)
    yield from _measure_as_of(sql, nodes)


def _measure(sql: str) -> Iterator[str]:
    names = {name: name for name in ARGUMENTS}
    yield f"create or replace macro marts.measure({', '.join(names.values())}) as table\n{_filled(sql, names)}"
    yield f"comment on macro table marts.measure is {_literal(_WORDS + '.')}"


def _measure_as_of(sql: str, nodes: Mapping[str, Any]) -> Iterator[str]:
    """A parameter takes the place of every column of its name, and the models between have such columns: other names here."""
    names = {name: f"asked_{name}" for name in ARGUMENTS}
    question = {
        **nodes[MODEL],
        "name": "measure",
        "compiled_code": _related(_filled(sql, names), nodes),
        "relation_name": None,
    }
    body = as_of.then({**nodes, "measure": question}, "measure", as_of.BASKET_IMPORTS)
    parameters = ", ".join((as_of.PARAMETER, *names.values()))
    yield f"create or replace macro marts.measure_as_of({parameters}) as table\n{body}"
    words = f"marts.measure as it would have been at {as_of.PARAMETER} (timestamp with time zone). {_WORDS}."
    yield f"comment on macro table marts.measure_as_of is {_literal(words)}"


def _related(sql: str, nodes: Mapping[str, Any]) -> str:
    """The SQL with relations named as dbt names them, database and all."""
    for node in nodes.values():
        if node["relation_name"]:
            sql = sql.replace(f'"{node["schema"]}"."{node["alias"]}"', node["relation_name"])
    return sql


def _filled(sql: str, values: Mapping[str, str]) -> str:
    return _ARGUMENT.sub(lambda match: values[match[1]], sql)


def _literal(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
