"""`basket list`, `show` and `diff`: over a small catalogue with two versions, and over the project's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Prompt, Said
from transforms import baskets
from transforms.baskets import Basket, Catalogue, Substitute, basket_hash

COMMANDS = {
    "basket list": (),
    "basket show": ("chips",),
    "basket diff": ("chips@1.9.0", "chips"),
}


def made(basket_id: str, version: str, level: str, *codes: str, note: str = "") -> Basket:
    members = tuple((level, code) for code in codes)
    return Basket(
        basket_id=basket_id,
        version=version,
        hash=basket_hash(version, members),
        published_on="2026-11-22",
        title=f"All {basket_id} [bold]here[/bold]",
        level=level,
        unit="USD",
        origin="a stand-in",
        licence="none",
        changelog=f"What {version} changed.",
        note=note,
        members=members,
    )


SMALL = Catalogue(
    baskets=(
        made("chips", "1.9.0", "HS6", "854231", "854239"),
        made("chips", "1.10.0", "HS6", "854231", "854232", "847330", note="Read this first."),
        made("lines", "1.0.0", "HS10", "8542310040"),
    ),
    substitutes=(
        Substitute("modules", "Modules", "HS6", "847330", "As a part.", "a file", "R"),
        Substitute("modules", "Modules", "HS10", "8543903500", "As a machine.", "a page", "E"),
    ),
    descriptions={("HS6", "854231"): "PROCESSORS", ("HS6", "854239"): "\x1b[31mOTHER"},
)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baskets, "load", lambda: SMALL)


def asked(prompt: Prompt, command: str, *words: str) -> Said:
    return prompt(*command.split(), *words)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("command", COMMANDS)
def test_answer(command: str, prompt: Prompt) -> None:
    prompt.hold_golden(command, "normal", asked(prompt, command, *COMMANDS[command], "--json"))
    prompt.hold_golden(command, "normal in words", asked(prompt, command, *COMMANDS[command]))


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("basket list", ("it",)),
        ("basket show", ("nowhere",)),
        ("basket show", ("chips@2.0.0",)),
        ("basket diff", ("chips", "lines")),
    ],
)
def test_bad_argument(command: str, words: tuple[str, ...], prompt: Prompt) -> None:
    said = asked(prompt, command, *words, "--json")
    assert said.code == 2
    assert not said.envelope["ok"]
    prompt.hold_golden(command, f"bad argument: {' '.join(words)}", said)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("command", COMMANDS)
def test_no_home_is_needed_or_made(command: str, prompt: Prompt, world: Path) -> None:
    assert asked(prompt, command, *COMMANDS[command]).code == 0
    assert list(world.iterdir()) == []


def test_the_projects_own_baskets(prompt: Prompt) -> None:
    listed = asked(prompt, "basket list", "--json").envelope["data"]
    current = {row["id"]: row["codes"] for row in listed if row["current"]}
    assert current["waugh_high_v3"] == 655
    shown = asked(prompt, "basket show", "waugh_high_v3", "--json").envelope["data"]
    assert len(shown["members"]) == 655
    assert all(member["description"] for member in shown["members"])
    assert [group["group"] for group in shown["substitution_groups"]] == ["accelerators"]
    differing = asked(prompt, "basket diff", "ce_exempt_apr2025", "waugh_high_v3", "--json").envelope["data"]
    assert len(differing["removed"]) + len(differing["common"]) == 109
    assert len(differing["added"]) + len(differing["common"]) == 655
