"""Made answers of Eurostat's Comext API: the figures are invented."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from math import prod
from typing import Any

from contracts.document import Fetch, Window
from extractors.customs import eurostat_comext as source
from tests.documents import Saved

QUERIES = """
[eurostat_comext]
reporters = ["EU27_2020"]
codes = ["850760"]
flows = ["1"]
years = 1
"""
Cells = Mapping[tuple[str, str, str, str], float | int | None]
"""(product, month, partner, indicator) -> figure."""


def answer(
    scope: Mapping[str, Any], cells: Cells, flags: Mapping[int, str] | None = None, **changes: object
) -> bytes:
    """A JSON-stat table of the cells; `changes` replace parts of it."""
    products, times, partners, indicators = (sorted({key[n] for key in cells}) for n in range(4))
    categories = {
        "freq": ["M"],
        "reporter": [scope["reporter"]],
        "partner": partners,
        "product": products,
        "flow": [scope["flow"]],
        "indicators": indicators,
        "time": times,
    }
    sizes = [len(categories[name]) for name in source.DIMENSIONS]

    def place(key: tuple[str, str, str, str]) -> int:
        product, time, partner, indicator = key
        at = {"partner": partner, "product": product, "indicators": indicator, "time": time}
        digits = [categories[n].index(at[n]) if n in at else 0 for n in source.DIMENSIONS]
        return sum(digit * prod(sizes[i + 1 :]) for i, digit in enumerate(digits))

    found = {
        "version": "2.0",
        "class": "dataset",
        "id": list(source.DIMENSIONS),
        "size": sizes,
        "dimension": {
            name: {"category": {"index": {code: i for i, code in enumerate(codes)}}}
            for name, codes in categories.items()
        },
        "value": {str(place(key)): value for key, value in cells.items() if value is not None},
        "status": {str(place): flag for place, flag in (flags or {}).items()},
    }
    return json.dumps({**found, **changes}).encode()


def saved(fetch: Fetch, body: bytes) -> Saved:
    """`body` as the answer to a request."""
    return Saved(body, source=fetch.source, url=fetch.url, scope=fetch.scope)


def cells(scope: Mapping[str, Any]) -> Cells:
    """China, the United States and their total, in the first month asked for."""
    code, month = scope["codes"][0], scope["from"]
    figures = {"CN": 700, "US": 300, "EXT_EU27_2020": 1000, "DE": 40, "WORLD": 1040}
    return {(code, month, partner, source.VALUE): value for partner, value in figures.items()} | {
        (code, month, "CN", source.WEIGHT): 12.34
    }


def answers() -> Iterable[Saved]:
    """The answers to the plan and to the probe."""
    from tests.recorded import sample_queries

    with sample_queries(source.INFO.source):
        fetches = list(source.plan(Window()))
    assert source.SOURCE.probe
    for fetch in (*fetches, source.SOURCE.probe.fetch()):
        yield saved(fetch, answer(fetch.scope, cells(fetch.scope)))
