"""A made file of USA Trade Online in the shape of the ones saved there."""

from __future__ import annotations

from collections.abc import Iterator

from tests.documents import Saved

QUERIES = ""
NAME = "Imports HS Commodities 2024.csv"
COUNTRIES = ("China", "Congo (Kinshasa)", "Germany", "Mexico", "Taiwan")


def answers() -> Iterator[Saved]:
    """One file: five countries, forty lines, a year."""
    lines = ["Commodity,Country,District,Time,Customs  Value (Cons) ($US),Unnamed: 5"]
    for n in range(40):
        words = f'"84715001{n:02d} Proc unit, kind {n} (no)"'
        lines += [
            f'{words},{country},All Districts,2024,"{1_000_414 + 1000 * n:,}",' for country in COUNTRIES
        ]
    yield Saved(
        "\r\n".join([*lines, ""]).encode(),
        source="us_trade_online",
        url=f"urn:inbox:us_trade_online:{NAME}",
        scope={"kind": "usa_trade_online", "values": ["CON_VAL"]},
        via="inbox",
    )
