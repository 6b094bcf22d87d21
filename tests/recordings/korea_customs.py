"""Made answers of Korea's customs API: no real answer is at hand, so the figures are invented."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from contracts.document import Fetch, Window
from extractors.customs import korea_customs as source
from tests.documents import Saved

CODE = "854232"
QUERIES = f"""
[korea_customs]
codes = ["{CODE}"]
years = 1
"""
AMOUNTS = ("expDlr", "expWgt", "impDlr", "impWgt")


def item(
    month: str, line: str, partner: str | None, amounts: tuple[int, int, int, int], **changes: str | None
) -> dict[str, str | None]:
    """One item; without a partner as the list of the world has it."""
    fields: dict[str, str | None] = {
        "year": month,
        "statKor": "메모리",
        **dict(zip(AMOUNTS, map(str, amounts), strict=True)),
    }
    fields["balPayments"] = str(amounts[0] - amounts[2])
    fields |= (
        {"hsCode": line} if partner is None else {"hsCd": line, "statCd": partner, "statCdCntnKor1": "나라"}
    )
    return fields | changes


def total(items: list[dict[str, str | None]]) -> dict[str, str | None]:
    """The first item of an answer: what all the others add up to."""
    sums = {name: sum(int(row[name] or 0) for row in items) for name in AMOUNTS}
    shown = {name: str(value) for name, value in sums.items()}
    return {
        "year": "총계",
        "hsCd": "-",
        "statCd": "-",
        **shown,
        "balPayments": str(sums["expDlr"] - sums["impDlr"]),
    }


def answer(items: list[dict[str, str | None]], code: str = "00", message: str = "NORMAL SERVICE.") -> bytes:
    """A whole answer with the items as they are given."""
    rows = "".join(
        "<item>"
        + "".join(f"<{name}>{text}</{name}>" for name, text in row.items() if text is not None)
        + "</item>"
        for row in items
    )
    header = f"<header><resultCode>{code}</resultCode><resultMsg>{message}</resultMsg></header>"
    body = f"<response>{header}<body><items>{rows}</items></body></response>"
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{body}'.encode()


def with_total(items: list[dict[str, str | None]]) -> bytes:
    """A whole answer: the total first."""
    return answer([total(items), *items])


def fault(reason: str, words: str) -> bytes:
    """What the portal answers in the service's place."""
    return (
        "<OpenAPI_ServiceResponse><cmmMsgHeader><errMsg>SERVICE ERROR</errMsg>"
        f"<returnAuthMsg>{words}</returnAuthMsg><returnReasonCode>{reason}</returnReasonCode>"
        "</cmmMsgHeader></OpenAPI_ServiceResponse>"
    ).encode()


def saved(fetch: Fetch, body: bytes) -> Saved:
    """`body` as the answer to a request."""
    return Saved(body, source=fetch.source, url=fetch.url, scope=fetch.scope)


def answers() -> Iterable[Saved]:
    """The answer to each request of the plan, and to the probe."""
    from tests.recorded import sample_queries

    with sample_queries(source.INFO.source):
        fetches = list(source.plan(Window()))
    assert source.SOURCE.probe
    for fetch in (*fetches, source.SOURCE.probe.fetch()):
        yield saved(fetch, with_total(_items(fetch.scope)))


def _items(scope: Mapping[str, Any]) -> list[dict[str, str | None]]:
    month = str(scope["from"]).replace("-", ".")
    lines = [f"{scope['code']}{tail}" for tail in ("1010", "1020")]
    return [
        item(month, line, partner, (1_000_000 + n, 40, 700_000, 30 + n))
        for n, line in enumerate(lines)
        for partner in ("CN", "TW", "US")
    ]
