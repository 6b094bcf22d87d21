"""What the name of a file saved by hand from China's query site says of it; a table itself does not say everything.

Words are parted by anything but letters and digits, in any order and case; others mean nothing:

| word | says |
|---|---|
| `e502201901`, `i20420186` | exports or imports, partner code (three digits), year and month; every regime and province |
| `export`, `import` | the flow |
| `usd`, `rmb` | the currency, needed where the table has no header |
| `hs85`, `hs8517` ... | every code under it was asked for, and every regime and province; several may stand |
| `all` | every code was asked for, and every regime and province |
| `allpartners` | every partner was asked for |
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.errors import SourceChanged
from contracts.text import printable
from extractors.customs import months

_WORD = re.compile(r"[^0-9A-Za-z]+")
_QUERY = re.compile(r"([ei])(\d{3})(20\d\d)(0?[1-9]|1[0-2])")
_CODES = re.compile(r"hs((?:\d\d){1,4})")
_FLOWS = {"e": "export", "i": "import", "export": "export", "import": "import"}
_CURRENCIES = {"usd": "USD", "rmb": "CNY"}


@dataclass(frozen=True)
class Asked:
    """What a file answers; None where nothing says it.

    `codes` are prefixes, ("",) for every code; `every_partner` and `codes` are what the person who saved it claims.
    """

    flow: str
    currency: str
    codes: tuple[str, ...] | None = None
    partner: str | None = None
    period: date | None = None
    every_partner: bool = False

    def scope(self) -> dict[str, object]:
        """The same as JSON, archived with the file."""
        return {
            "flow": self.flow,
            "currency": self.currency,
            "codes": None if self.codes is None else list(self.codes),
            "partner": self.partner,
            "period": months.label(self.period) if self.period else None,
            "every_partner": self.every_partner,
        }


def from_scope(scope: Mapping[str, Any]) -> Asked:
    """The inverse of `Asked.scope`; `SourceChanged` for another mapping."""
    try:
        return Asked(
            flow={"export": "export", "import": "import"}[scope["flow"]],
            currency={"USD": "USD", "CNY": "CNY"}[scope["currency"]],
            codes=None if scope["codes"] is None else tuple(map(str, scope["codes"])),
            partner=scope["partner"],
            period=months.month(scope["period"]) if scope["period"] else None,
            every_partner=scope["every_partner"] is True,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SourceChanged(f"the scope kept with the file is not one of this source: {error!r}") from None


def asked(name: str, stated_currency: str | None) -> Asked:
    """What the name, and the currency of the table's header, say; `SourceChanged` where they leave flow or currency open."""
    words = [word for word in _WORD.split(name.lower()) if word]
    queries = [found for found in map(_QUERY.fullmatch, words) if found]
    flow = _one(
        "exports or imports",
        {_FLOWS[w] for w in words if w in ("export", "import")} | {_FLOWS[q[1]] for q in queries},
    )
    named = {_CURRENCIES[w] for w in words if w in _CURRENCIES}
    currency = _one("the currency", named | ({stated_currency} if stated_currency else set()))
    if flow is None:
        raise SourceChanged(
            f"{_shown(name)} does not say exports or imports: put export or import into its name"
        )
    if currency is None:
        raise SourceChanged(
            f"neither table nor name say the currency: put usd or rmb into the name of {_shown(name)}"
        )
    partner = _one("the partner", {q[2] for q in queries})
    period = _one("the month", {f"{q[3]}-{int(q[4]):02d}" for q in queries})
    codes = ("",) if "all" in words else tuple(dict.fromkeys(c[1] for c in map(_CODES.fullmatch, words) if c))
    return Asked(
        flow=flow,
        currency=currency,
        codes=codes or None,
        partner=partner,
        period=months.month(period) if period else None,
        every_partner="allpartners" in words,
    )


def _one(what: str, found: set[str]) -> str | None:
    if len(found) > 1:
        raise SourceChanged(f"the file says {what} in {len(found)} ways: {', '.join(sorted(found))}")
    return next(iter(found), None)


def _shown(name: str) -> str:
    return printable(name, 100)
