"""Made answers of Hong Kong's API: no real figure is at hand, so the numbers are invented."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from contracts.document import Fetch, Window
from extractors.customs import hong_kong_censtatd as source
from tests.documents import Saved

CODE = "851762"
QUERIES = f"""
[hong_kong_censtatd]
codes = ["{CODE}"]
partners = ["-", "CN"]
recent_months = 2
"""


def figure(period: str, value: str, variable: str = "VCm", code: str = CODE) -> dict[str, object]:
    """One entry of dataSet."""
    unit = "HK$ thousand" if variable == "VCm" else "NUMBER"
    named = {} if code == source.ALL_GOODS else {"code": code, "codeDescEN": "MADE UP"}
    return {"period": period, "sv": variable, "figure": value, "unitEN": unit, **named}


def answer(figures: list[dict[str, object]], **changes: object) -> bytes:
    """A whole answer; `changes` replace parts of it."""
    header = {"status": {"name": "Success", "code": 0}, "count": {"noOfRecords": len(figures)}}
    return json.dumps({"header": header, "dataSet": figures, **changes}).encode()


def saved(fetch: Fetch, body: bytes) -> Saved:
    """`body` as the answer to a request."""
    return Saved(body, source=fetch.source, url=fetch.url, scope=fetch.scope)


def answers() -> Iterable[Saved]:
    """The answer to each request of a plan over January and February 2024, and over the newest months."""
    from tests.recorded import sample_queries

    with sample_queries(source.INFO.source):
        fetches = list(source.plan(Window()))
    assert source.SOURCE.probe
    for fetch in (*fetches, source.SOURCE.probe.fetch()):
        yield saved(fetch, answer([*figures(fetch.scope)]))


def figures(scope: Mapping[str, Any]) -> Iterable[dict[str, object]]:
    for number, month in enumerate(scope["months"]):
        period = month.replace("-", "")
        yield figure(period, f"1,234,56{number}", code=scope["code"])
        if scope["code"] != source.ALL_GOODS:
            yield figure(period, "7,890", "QCm")
