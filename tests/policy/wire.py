"""What the Federal Register and the screening list can do wrong on the wire, each as a good-looking answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from tests.faults import Answer, Exchange, good
from tests.policy import csl
from tests.policy.register import document, envelope

TODAY = date(2026, 11, 20)


def _in_window(count: int, results: int) -> Answer:
    """So many documents of the window asked for, under another count."""

    def answer(x: Exchange) -> None:
        first = date.fromisoformat(dict(x.seen.query)["conditions[publication_date][gte]"])
        _say(x, envelope([document(n, first) for n in range(results)], count))

    return answer


def _same(said: dict[str, Any], status: int = 200) -> Answer:
    return lambda x: _say(x, said, status)


def _say(x: Exchange, said: dict[str, Any], status: int = 200) -> None:
    good(json.dumps(said).encode(), "application/json; charset=utf-8", status)(x)


REGISTER_FAULTS: Mapping[str, Callable[[], Answer]] = {
    "silent_20": lambda: _in_window(150, 20),
    "silent_page_1": lambda: _same(envelope([document(n, TODAY) for n in range(3)])),
    "errors_400": lambda: _same({"errors": {"publication_date": "is not a valid date"}}, 400),
    "error_200": lambda: _same({"status": 500, "message": "Internal Server Error"}),
    "results_missing": lambda: _same(envelope([], 7)),
    "count_disagrees": lambda: _in_window(2, 3),
}
CSL_FAULTS: Mapping[str, Callable[[], Answer]] = {
    "torn_csv": lambda: good(csl.body()[:-40], "text/csv"),  # Content-Length agrees: only the rows tell
    "open_quote": lambda: good(csl.body() + b'"e9","Entity', "text/csv"),
    "html_as_csv": lambda: good(b"<!doctype html><title>Maintenance</title>", "text/csv"),
    "header_only": lambda: good(csl.body().split(b"\n", 1)[0], "text/csv"),
    "renamed_column": lambda: good(csl.body().replace(b"alt_names", b"aliases"), "text/csv"),
}
