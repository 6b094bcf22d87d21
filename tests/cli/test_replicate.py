"""`chokepoint replicate`: figures, publications, and exit 5 for what was lost."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Prompt
from transforms.replication import Replication
from warehouse.home import Home
from warehouse.query import Result

NAMES = ("figure_id", "published", "computed", "outcome", "is_identity", "reason")


def _found(*lost: str) -> Replication:
    figures = [("a", 0.5, 0.5, "match", False, None), ("b", 2.0, None, "not_computable", False, "no total")]
    publications = [("The [bold]Wire[/bold]", 2, "all match")]
    return Replication(
        "2026.11.22-000000000000",
        Result(list(NAMES), list(figures)),
        Result(["publication", "n_figures", "verdict"], list(publications)),
        lost,
    )


def test_figures_and_publications(prompt: Prompt, live_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transforms.replication.replicate", lambda home: _found())
    data = prompt("replicate", "--json").envelope["data"]
    assert data["figures"][1] == dict(
        zip(NAMES, ("b", 2.0, None, "not_computable", False, "no total"), strict=True)
    )
    assert data["publications"][0]["verdict"] == "all match"
    said = prompt("replicate")
    assert said.code == 0
    assert "The [bold]Wire[/bold]" in said.out


def test_a_lost_figure_is_named_with_exit_5(
    prompt: Prompt, live_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transforms.replication.replicate", lambda home: _found("a"))
    said = prompt("replicate", "--json")
    assert said.code == 5
    assert said.envelope["data"]["lost"] == ["a"]
    assert "missed by 2026.11.22-000000000000: a" in said.envelope["errors"][0]["message"]


def test_without_a_release_there_is_nothing_to_compare(prompt: Prompt, live_home: Home) -> None:
    assert prompt("replicate").code == 3
