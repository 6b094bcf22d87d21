from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from contracts.errors import EnvironmentFault
from extractors.policy.notices import DEFAULT, load
from tests.recorded import SAMPLES

GOOD = """
[[notice]]
key = "entity_list"
topic = "entity_list"
agency = "industry-and-security-bureau"
term = '"Entity List"'
types = ["RULE"]
windows = ["2024-01-01..2024-03-31", "2024-04-01..2024-04-01"]

[[notice]]
key = "sanctions"
topic = "sanctions"
agency = "foreign-assets-control-office"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mine.toml"


def test_a_query_is_read_as_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text(GOOD)
    monkeypatch.setenv("CHOKEPOINT_NOTICES", str(path))
    first, second = load()
    assert (first.term, first.types) == ('"Entity List"', ("RULE",))
    assert first.windows == (
        (date(2024, 1, 1), date(2024, 3, 31)),
        (date(2024, 4, 1), date(2024, 4, 1)),
    )
    assert (second.agency, second.term, second.types, second.windows) == (
        "foreign-assets-control-office",
        None,
        (),
        None,
    )


def test_the_shipped_queries_serve_every_topic_and_the_samples_no_other() -> None:
    shipped = {query.topic for query in load(DEFAULT)}
    assert shipped == {
        *("export_control", "entity_list", "sanctions", "tariff", "antidumping"),
        *("chinese_military_companies", "covered_list"),
    }
    assert {query.topic for query in load(SAMPLES / "notices.toml")} <= shipped
    assert all(query.windows is None for query in load(DEFAULT))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('key = "entity_list"', 'keys = "entity_list"'), "keys is not a setting"),
        (('topic = "entity_list"', ""), "topic is None"),
        (('"sanctions"\ntopic', '"entity_list"\ntopic'), "key entity_list is there twice"),
        (
            (
                'agency = "foreign-assets-control-office"',
                'agency = "industry-and-security-bureau"\nterm = \'"Entity List"\'\ntypes = ["RULE"]',
            ),
            "sanctions asks the same as entity_list",
        ),
        (('agency = "foreign-assets-control-office"', ""), "agency or term or types must be named"),
        (("foreign-assets-control-office", "OFAC"), "agency is 'OFAC'"),
        (("foreign-assets-control-office", "x&per_page=5"), "agency is 'x&per_page=5'"),
        (("'\"Entity List\"'", "' '"), "term is ' '"),
        (('"RULE"', '"Rule"'), "types holds Rule; there are RULE, PRORULE, NOTICE, PRESDOCU"),
        (('"RULE"', '"RULE", "RULE"'), "types must be a list of texts, none twice"),
        (('["RULE"]', '"RULE"'), "types must be a list"),
        (("2024-04-01..", "2024-03-31.."), "windows overlap"),
        (("2024-04-01..2024-04-01", "2024-04-02..2024-04-01"), "expected a span like"),
        (("2024-04-01..2024-04-01", "2024-04-31..2024-05-01"), "expected a span like"),
        (("2024-04-01..2024-04-01", "2024-04"), "expected a span like"),
        (("[[notice]]\nkey", "[[notices]]\nkey"), r"expected \[\[notice\]\] blocks"),
        (("[[notice]]\nkey", "[notice"), "cannot be read as TOML"),
    ],
)
def test_a_mistake_is_named_with_file_and_key(path: Path, change: tuple[str, str], said: str) -> None:
    changed = GOOD.replace(*change, 1)
    assert changed != GOOD
    path.write_text(changed)
    with pytest.raises(EnvironmentFault, match=said) as fault:
        load(path)
    assert "mine.toml" in str(fault.value)


def test_a_file_that_is_not_there_is_named(path: Path) -> None:
    with pytest.raises(EnvironmentFault, match=r"mine\.toml: cannot be read"):
        load(path)
