"""Which detail files are asked for, what they speak for, and what a probe looks at."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

import pytest

from contracts.document import Slice, Window
from contracts.errors import EnvironmentFault, SourceChanged
from extractors.customs import us_census_bulk as bulk
from extractors.customs.kept import kept_codes
from tests.customs.bulk import BASE, GOOD, bulk_file, concord, imported, read
from tests.documents import Saved
from tests.zips import zipped


def test_what_it_speaks_for() -> None:
    found = list(bulk.slices(bulk_file([])))
    assert len(found) == len(set(found)) == 3 * (2 * len(kept_codes()) + 1)
    assert Slice("USA", "import", "CIF", "HS6", "85", date(2025, 6, 1), "M") in found
    assert Slice("USA", "import", "CON_VAL", "TOTAL", "TOTAL", date(2025, 6, 1), "M") in found
    assert {s.flow_basis for s in bulk.slices(bulk_file([], flow="export"))} == {
        "TOT_EXP",
        "DOM_EXP",
        "RE_EXP",
    }


def test_without_a_scope_the_file_name_says_flow_and_month() -> None:
    body = bulk_file([GOOD]).body
    assert read(Saved(body, url="IMDB2506.zip"))[0]["period"] == date(2025, 6, 1)
    with pytest.raises(SourceChanged, match="0 members match EXP_DETL"):
        read(Saved(body, url=f"{BASE}/ex_m/EXDB2506.ZIP"))
    with pytest.raises(SourceChanged, match="which flow and month"):
        read(Saved(body, url="https://data.example/file"))


def names(fetches: Iterable) -> list[str]:
    return [fetch.url.rsplit("/", 1)[1] for fetch in fetches]


def test_plan_asks_for_a_file_a_month_and_flow(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.delenv("CHOKEPOINT_QUERIES", raising=False)
    monkeypatch.setattr(bulk, "now", lambda: datetime(2026, 11, 21, tzinfo=UTC))
    fetches = list(bulk.plan(Window(date(2024, 12, 5), date(2025, 1, 31))))
    assert names(fetches) == ["IMDB2412.ZIP", "EXDB2412.ZIP", "IMDB2501.ZIP", "EXDB2501.ZIP"]
    assert fetches[1].url == "https://www.census.gov/trade/downloads/2024/Merch/ex_m/EXDB2412.ZIP"
    assert [n for n in names(bulk.plan(Window())) if n.startswith("IM")] == [
        f"IMDB26{m:02d}.ZIP" for m in (6, 7, 8, 9)
    ]
    queries = tmp_path_factory.mktemp("queries") / "queries.toml"
    monkeypatch.setenv("CHOKEPOINT_QUERIES", str(queries))
    queries.write_text('[us_census_bulk]\nflows = ["import"]\nmonths = ["2025-06"]\n')
    assert names(bulk.plan(Window())) == ["IMDB2506.ZIP"]
    queries.write_text("")
    assert list(bulk.plan(Window())) == []
    queries.write_text('[us_census_bulk]\nflows = ["import"]\nmonth = ["2025-06"]\n')
    with pytest.raises(EnvironmentFault, match="month is not a known key"):
        list(bulk.plan(Window()))


def test_release_time_is_the_files_own() -> None:
    at = bulk.SOURCE.released_at({"last-modified": "Tue, 08 Sep 2026 12:30:00 GMT"})
    assert at is not None
    assert at.isoformat() == "2026-09-08T12:30:00+00:00"


def test_a_probe_checks_whichever_member_comes_first() -> None:
    scope = bulk_file([]).scope
    records = b"\r\n".join([GOOD] * 9)
    for members in ({"CONCORD.TXT": concord()}, {"a/README.TXT": b"words", "imp_detl.txt": records}):
        bulk.check_beginning(Saved(zipped(members)[:-30], scope=scope))
    with pytest.raises(SourceChanged, match="no member matches"):
        bulk.check_beginning(Saved(zipped({"other.txt": records}), scope=scope))
    wrong = b"\r\n".join([imported("8507600030", "5700", 1, month="202505")] * 9)
    with pytest.raises(SourceChanged, match="another month"):
        bulk.check_beginning(Saved(zipped({"IMP_DETL.TXT": wrong}), scope=scope))
