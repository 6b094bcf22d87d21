from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from contracts.document import Window
from contracts.errors import SourceChanged
from extractors.reference import ecb
from tests.documents import Saved
from tests.zips import zipped

REAL = Path(__file__).parents[3] / "shared/data/capex/fx"
HISTORY = "Date,USD,HRK,CNY,\n2026-10-30,1.1172,N/A,7.4326,\n2026-10-29,1.113,N/A,7.4144,\n2022-12-30,1.0666,7.5365,7.3582,\n"
DAILY = " Date, USD, CNY, \n30 October 2026, 1.1172, 7.4326, \n"


def packed(text: str, name: str = "eurofxref-hist.csv") -> bytes:
    return zipped({name: text.encode()})


def read(body: bytes) -> list[dict]:
    document = Saved(body, source="ecb_fx", url=ecb.HISTORY)
    return [row for _, batch in ecb.parse(document) for row in batch.to_pylist()]


def test_history_leaves_gaps_and_the_nameless_last_column_out() -> None:
    rows = read(packed(HISTORY))
    assert [(r["rate_date"], r["quote"], r["rate"]) for r in rows] == [
        (date(2026, 10, 30), "USD", Decimal("1.1172")),
        (date(2026, 10, 30), "CNY", Decimal("7.4326")),
        (date(2026, 10, 29), "USD", Decimal("1.113")),
        (date(2026, 10, 29), "CNY", Decimal("7.4144")),
        (date(2022, 12, 30), "USD", Decimal("1.0666")),
        (date(2022, 12, 30), "HRK", Decimal("7.5365")),
        (date(2022, 12, 30), "CNY", Decimal("7.3582")),
    ]
    assert {r["base"] for r in rows} == {"EUR"}


@pytest.mark.parametrize("body", [packed(DAILY, "EUROFXREF.CSV"), DAILY.encode()])
def test_daily_file_writes_its_dates_in_words(body: bytes) -> None:
    assert [(r["rate_date"], r["quote"]) for r in read(body)] == [
        (date(2026, 10, 30), "USD"),
        (date(2026, 10, 30), "CNY"),
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("Date,", "Day,"), "the header is not"),
        (("USD,HRK", "USD,USD"), "the header is not"),
        (("USD,HRK", "GBP,HRK"), "the header is not"),
        (("HRK", "<b>"), "the header is not"),
        (("1.1172,", ""), "line 2: 4 cells under 5 names"),
        (("2026-10-29", "2026-10-30"), "2026-10-30 comes twice"),
        (("2026-10-30", "2026-12-30"), "no day of this series yet"),
        (("2026-10-30", "1998-12-31"), "no day of this series yet"),
        (("2026-10-30", "2026-02-30"), "is not a date"),
        (("2026-10-30", "30/10/2026"), "is not a date"),
        (("1.1172", "0"), "'0' is not a rate"),
        (("1.1172", "-1.1"), "'-1.1' is not a rate"),
        (("1.1172", "1.123456789"), "is not a rate"),
        (("1.1172", ""), "'' is not a rate"),
        (("7.4326,", "7.4326,9"), "column without a name"),
        (("1.1172", "1,1172"), "line 2: 6 cells under 5 names"),
    ],
)
def test_another_shape_stops_the_file(change: tuple[str, str], said: str) -> None:
    with pytest.raises(SourceChanged, match=said):
        read(packed(HISTORY.replace(*change, 1)))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>not found</html>",
        b"Date,USD,\n",
        b"PK",
        packed(HISTORY)[:-30],
        packed(HISTORY, "readme.txt"),
        packed("0" * 3_000_000),
        b"Date,USD\n\xff\xff",
        b'Date,USD\n"2026-10-30,1',
    ],
    ids=["empty", "html", "no day", "magic only", "torn", "other member", "bomb", "binary", "open quote"],
)
def test_what_is_no_file_of_rates_is_refused(body: bytes) -> None:
    with pytest.raises(SourceChanged):
        read(body)


def test_plan_is_history_and_newest_day_and_only_history_for_a_window() -> None:
    assert [f.url for f in ecb.plan(Window())] == [ecb.HISTORY, ecb.DAILY]
    assert [f.url for f in ecb.plan(Window(date(2026, 1, 1)))] == [ecb.HISTORY]


def test_the_banks_own_files() -> None:
    if not REAL.exists():
        pytest.skip("the Bank's own files are not at hand")
    history = read((REAL / "eurofxref-hist.zip").read_bytes())
    dollars = {r["rate_date"]: r["rate"] for r in history if r["quote"] == "USD"}
    assert (min(dollars), max(dollars)) == (date(1999, 1, 4), date(2026, 10, 30))
    assert dollars[max(dollars)] == Decimal("1.1172")
    assert min(r["rate_date"] for r in history if r["quote"] == "CNY") == date(2005, 4, 1)
    assert max(r["rate_date"] for r in history if r["quote"] == "RUB") == date(2022, 3, 1)
    daily = read((REAL / "eurofxref.csv").read_bytes())
    newest = {r["quote"]: r["rate"] for r in history if r["rate_date"] == date(2026, 10, 30)}
    assert {r["quote"]: r["rate"] for r in daily} == newest
