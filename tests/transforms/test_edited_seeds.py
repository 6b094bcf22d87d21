"""Rows of the tables people edit, published figures and thresholds, that cannot be meant: each is named and stops the release."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from tests.transforms.lake import VARIABLES, Lake
from transforms import project

FIGURE = {
    "basket": "li_ion",
    "partner_definition": "CHN",
    "statistic": "share",
    "value": "0.5",
    "unit": "share of 1",
}
FIGURES = {
    "below": ({"tolerance": "-1"}, "below: the tolerance is below zero"),
    "goods": ({"basket": "li_iom"}, "goods: no such basket: li_iom"),
    "version": ({"basket": "li_ion@9.0.0"}, "version: no such basket: li_ion@9.0.0"),
    "nothing": ({"basket": ""}, "nothing: neither a basket nor why there is none"),
    "country": ({"partner_definition": "chn"}, "country: not a list of countries, each once: chn"),
    "twice": ({"partner_definition": "CHN+CHN"}, "twice: not a list of countries, each once: CHN+CHN"),
    "union": ({"partner_definition": "EU27+CHN"}, "union: not a list of countries, each once: EU27+CHN"),
    "whose": ({"partner_definition": ""}, "whose: a share or numerator names no partners"),
    "percent": ({"value": "66.9", "unit": "%"}, "percent: a share is not from 0 to 1"),
    "open": ({"reporter": ""}, "open: the definition is not whole"),
    "right": ({"partner_definition": "EU27"}, None),
    "without": ({"basket": "", "why_not": "no basket has its goods", "reporter": "", "period": ""}, None),
}
THRESHOLDS = {
    "china_share_moved": {"threshold": "NaN"},
    "hhi_crossed": {"rule_id": "hhi_crosed"},
    "revision_value": {"window_days": "-30"},
    "source_late": {"comparison": "above"},
    "feed_errors": {"threshold": ""},
}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The message of each check that failed over the edited tables."""
    folder = tmp_path_factory.mktemp("edited")
    copied = shutil.copytree(project.PROJECT, folder / "project")
    _edit_figures(copied / "replication" / "published_figure.csv")
    _edit_thresholds(copied / "seeds" / "alert_rule.csv")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(project, "PROJECT", copied)
        select = "published_figure alert_rule basket country"
        results = project.run(Lake().write(folder), folder / "dbt", VARIABLES, select=select)
    return {result.name: result.message for result in results if result.status == "fail"}


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _edit_figures(path: Path) -> None:
    rows = _read(path)
    named = [{**rows[0], **FIGURE, "figure_id": name, **change} for name, (change, _) in FIGURES.items()]
    _write(path, [*rows, *named])


def _edit_thresholds(path: Path) -> None:
    _write(path, [{**row, **THRESHOLDS.get(row["rule_id"], {})} for row in _read(path)])


def test_a_figure_that_cannot_be_meant_is_named(said: dict[str, str]) -> None:
    told = said["published_figures_are_meant"].partition(": ")[2].split("; ")
    assert sorted(told) == sorted(words for _, words in FIGURES.values() if words)


def test_a_threshold_that_never_or_always_fires_is_named(said: dict[str, str]) -> None:
    told = said["columns_hold_alert_rule"]
    for words in (
        "threshold is NULL",
        "rule_id is none of china_share_moved",
        "comparison is none of more_than",
        "threshold is not within 0 and 1000000",
        "window_days is not within 1 and 36500",
    ):
        assert words in told
