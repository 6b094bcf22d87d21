"""The figures that docs/rerouting.md quotes from the sample, added up in plain Python from what the parser reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from tests.m49 import M49
from tests.test_sample_figures import flows

PAGE = (Path(__file__).parents[1] / "docs/rerouting.md").read_text(encoding="utf-8")
CONNECTORS = ("IND", "KOR", "MEX", "MYS", "SGP", "THA", "TWN", "VNM")
NAMES = {"CHN": "China", "MEX": "Mexico", "THA": "Thailand", "VNM": "Vietnam"}


def billions(reporter: str, flow: str, partner: str, year: int, code: str = "8504") -> float:
    wanted = {"reporter": reporter, "flow": flow, "partner_code": M49[partner], "code": code}
    rows = flows("un_comtrade", "day1", **wanted, period=date(year, 1, 1))
    return float(sum(row["value"] for row in rows)) / 10**9


def quoted(words: Iterable[object]) -> bool:
    return "| " + " | ".join(str(word) for word in words) + " |" in PAGE


@pytest.mark.parametrize("partner", NAMES)
def test_the_table_of_imports(partner: str) -> None:
    assert quoted(
        [NAMES[partner], *(f"{billions('USA', 'import', partner, year):.2f}" for year in (2019, 2024))]
    )


def test_what_mexico_and_thailand_can_have_passed_on() -> None:
    legs = [
        (billions(name, "import", "CHN", year), billions(name, "export", "USA", year))
        for name in ("MEX", "THA")
        for year in (2019, 2024)
    ]
    assert [round(min(taken, sent) / sent, 2) for taken, sent in legs] == [0.63, 0.46, 1.0, 0.71]
    mexico = [f"{leg:.2f}" for pair in legs[:2] for leg in pair]
    assert (
        "took {} from China in 2019 and {} in 2024, and sent {} and {}".format(*mexico[::2], *mexico[1::2])
        in PAGE
    )


def test_vietnam_has_no_2024() -> None:
    assert billions("VNM", "import", "CHN", 2023) > billions("VNM", "export", "USA", 2023) > 0
    assert billions("VNM", "import", "CHN", 2024) == 0 == billions("VNM", "export", "USA", 2024)


@pytest.mark.parametrize("year", [2020, 2023])
def test_the_interval_of_lithium_ion(year: int) -> None:
    wanted = {"code": "850760", "flow": "import", "period": date(year, 1, 1), "partner_kind": "country"}
    taken: dict[str, dict[str, float]] = {}
    for row in flows("un_comtrade", "day1", **wanted):
        taken.setdefault(row["reporter"], {})[row["partner_code"]] = float(row["value"])
    usa, total = taken["USA"], sum(taken["USA"].values())
    passed = sum(min(taken[name][M49["CHN"]], usa.get(M49[name], 0)) for name in CONNECTORS)
    direct, more = usa[M49["CHN"]] / total, passed / total
    assert quoted(f"{share:.3f}" for share in (direct, direct + 1.8 / 16.1 * more, direct + more))
