import zipfile
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.document import Slice, Window
from contracts.errors import EnvironmentFault, SourceChanged
from extractors.customs import us_census_bulk as bulk
from extractors.customs.bulk_layout import layout
from extractors.customs.kept import kept_codes
from tests.customs.bulk import BASE, bulk_file, concord, exported, imported
from tests.documents import Saved
from tests.zips import zipped


def read(document: Saved) -> list[dict]:
    return [row for _, batch in bulk.parse(document) for row in batch.to_pylist()]


def cells(document: Saved, level: str, basis: str, column: str = "value") -> dict[tuple[str, str], object]:
    chosen = (row for row in read(document) if (row["level"], row["flow_basis"]) == (level, basis))
    return {(row["code"], row["partner_code"]): row[column] for row in chosen}


def test_districts_provisions_and_sub_codes_are_summed_and_columns_to_date_are_not() -> None:
    document = bulk_file(
        [
            imported("8507600030", "5700", 100, 90, 9, 110),
            imported("8507600030", "5700", 20, 18, 1, 22, where="  1001", rate="69"),
            imported("8507600030", "2010", 7, 7, 0, 8, where="S+2304", rate="18"),
            imported("8507600090", "5700", 5, 4, 1, 6),
        ]
    )
    assert cells(document, "HS10", "GEN_VAL") == {
        ("8507600030", "2010"): 7,
        ("8507600030", "5700"): 120,
        ("8507600090", "5700"): 5,
    }
    assert cells(document, "HS10", "CON_VAL")["8507600030", "5700"] == 108
    assert cells(document, "HS10", "CON_VAL", "duty")["8507600030", "5700"] == 10
    assert cells(document, "HS10", "CIF")["8507600030", "5700"] == 132
    assert cells(document, "HS6", "GEN_VAL") == {("850760", "2010"): 7, ("850760", "5700"): 125}
    assert cells(document, "HS6", "CON_VAL", "duty") == {("850760", "2010"): 0, ("850760", "5700"): 11}


def test_a_row_says_what_it_is() -> None:
    row = read(bulk_file([imported("8507600030", "5700", 100, 90, 9, 110, (3, 4), (1, 2))]))[1]
    assert row == {
        "reporter": "USA",
        "partner_code": "5700",
        "partner_kind": "country",
        "country_codes": "schedule_c",
        "flow": "import",
        "flow_basis": "CON_VAL",
        "level": "HS10",
        "code": "8507600030",
        "period": date(2025, 6, 1),
        "period_type": "M",
        "status": "reported",
        "value": Decimal("90.00"),
        "currency": "USD",
        "duty": Decimal("9.00"),
        "quantity_1": Decimal("1.000"),
        "unit_1": "NO",
        "quantity_2": Decimal("2.000"),
        "unit_2": "KG",
        "hs_edition": None,
    }


def test_duty_goes_with_consumption_only_and_quantities_with_ten_digits_only() -> None:
    rows = read(bulk_file([imported("8507600030", "5700", 100, 90, 9, 110, (3, 4), (1, 2))]))
    assert {row["flow_basis"] for row in rows if row["duty"] is not None} == {"CON_VAL"}
    counted = {(row["level"], row["flow_basis"]) for row in rows if row["quantity_1"] is not None}
    assert counted == {("HS10", "GEN_VAL"), ("HS10", "CON_VAL")}


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ({"8471500150": ("NO", "")}, ("NO", 5, None, None)),
        ({"8471500150": ("X", "")}, (None, None, None, None)),
        ({"8471500150": ("", "")}, (None, None, None, None)),
        ({"8471500110": ("NO", "KG")}, (None, None, None, None)),
    ],
    ids=["one unit", "no unit is collected", "blank", "not in the concordance"],
)
def test_quantities_need_a_unit(units: dict, expected: tuple) -> None:
    records = [imported("8471500150", "5700", 1, gen_quantities=(n, 9)) for n in (2, 3)]
    row = next(r for r in read(bulk_file(records, units=units)) if r["flow_basis"] == "GEN_VAL")
    assert (row["unit_1"], row["quantity_1"], row["unit_2"], row["quantity_2"]) == expected


def test_a_line_that_the_concordance_states_twice_otherwise_has_no_unit() -> None:
    record = imported("8471500150", "5700", 1, gen_quantities=(2, 0))
    twice = concord({"8471500150": ("NO", "")}) + concord({"8471500150": ("KG", "")})
    document = bulk_file([record])
    body = zipped({"CONCORD.TXT": twice, "IMP_DETL.TXT": record})
    assert read(Saved(body, scope=document.scope))[0]["unit_1"] is None


def test_all_goods_are_counted_and_only_kept_lines_are_listed() -> None:
    document = bulk_file(
        [
            imported("8507600030", "5700", 100, 90, 9, 110),
            imported("8703230100", "5700", 50, 40, 4, 60),
            imported("9999950000", "5880", 3, 3, 0, 3),
            imported("7403110000", "5700", 1, 1, 0, 1),
        ]
    )
    assert {row["code"] for row in read(document) if row["level"] == "HS10"} == {"7403110000", "8507600030"}
    assert cells(document, "TOTAL", "GEN_VAL") == {("TOTAL", "5700"): 151, ("TOTAL", "5880"): 3}
    assert cells(document, "TOTAL", "CON_VAL", "duty") == {("TOTAL", "5700"): 13, ("TOTAL", "5880"): 0}
    assert cells(document, "TOTAL", "CIF")["TOTAL", "5700"] == 171


def test_exports_are_domestic_foreign_and_both() -> None:
    document = bulk_file(
        [
            exported("8507600030", "5700", 100, "1", (4, 8)),
            exported("8507600030", "5700", 11, "1", (1, 1), district="52"),
            exported("8507600030", "5700", 20, "2", (2, 3)),
            exported("8507600030", "1220", 5, "2"),
            exported("1201900095", "5700", 7, "1"),
        ],
        flow="export",
    )
    line = ("8507600030", "5700")
    assert cells(document, "HS10", "DOM_EXP") == {line: 111}
    assert cells(document, "HS10", "RE_EXP") == {line: 20, ("8507600030", "1220"): 5}
    assert cells(document, "HS10", "TOT_EXP") == {line: 131, ("8507600030", "1220"): 5}
    assert cells(document, "HS10", "TOT_EXP", "quantity_2")[line] == 12
    assert cells(document, "HS6", "TOT_EXP")["850760", "5700"] == 131
    assert cells(document, "TOTAL", "DOM_EXP") == {("TOTAL", "5700"): 118}
    assert cells(document, "TOTAL", "TOT_EXP") == {("TOTAL", "1220"): 5, ("TOTAL", "5700"): 138}


def test_the_layouts_are_as_long_as_the_records() -> None:
    assert layout("IMP_DETL").length == len(imported("8507600030", "5700")) == 688
    assert layout("EXP_DETL").length == len(exported("8507600030", "5700", 1)) == 323
    for name in ("IMP_DETL", "EXP_DETL"):
        ends = [field.stop for field in layout(name).fields.values()]
        assert [field.start for field in layout(name).fields.values()] == [0, *ends[:-1]]


def test_zero_is_a_report_and_blanks_may_stand_in_front() -> None:
    document = bulk_file([imported("8507600030", "5700", f"{42:15d}", 0)])
    assert cells(document, "HS10", "GEN_VAL") == {("8507600030", "5700"): 42}
    assert cells(document, "HS10", "CON_VAL") == {("8507600030", "5700"): 0}


@pytest.mark.parametrize(
    "end", [b"\n", b"\r\n", b"  \r\n", b" \n"], ids=["lf", "crlf", "blanks crlf", "blank lf"]
)
def test_lines_may_end_in_any_of_the_known_ways(end: bytes) -> None:
    records = [imported("8507600030", "5700", n) for n in (1, 2, 4)]
    whole = bulk_file(records, end=end)
    open_ended = zipped({"CONCORD.TXT": concord(), "IMP_DETL.TXT": end.join(records)})
    for document in (whole, Saved(open_ended, scope=whole.scope)):
        assert cells(document, "HS10", "GEN_VAL") == {("8507600030", "5700"): 7}


@pytest.mark.parametrize(
    "names", [("concord.txt", "imp_detl.txt"), ("Concord.TXT", "data/Imp_Detl.Txt")], ids=["lower", "mixed"]
)
def test_member_names_in_any_case(names: tuple[str, str]) -> None:
    assert cells(bulk_file([imported("8507600030", "5700", 1)], names=names), "HS6", "GEN_VAL")


GOOD = imported("8507600030", "5700", 1)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (GOOD[:-1], "record 2 is not 688 characters"),
        (GOOD + b"0", "record 2 is not 688 characters"),
        (
            imported("85076000A0", "5700", 1),
            "record 2 has something else than digits in commodity or country",
        ),
        (imported("8507600030", "0003", 1), "record 2 has a partner code that is not a country"),
        (imported("8507600030", "5XXX", 1), "record 2 has something else than digits"),
        (imported("8507600030", "-   ", 1), "record 2 has something else than digits"),
        (imported("8507600030", "5700", 1, month="202505"), "record 2 is of another month than 202506"),
        (imported("8703230100", "5700", 1, month="202406"), "record 2 is of another month than 202506"),
        (imported("8507600030", "5700", " " * 15), "record 2 has gen_val_mo that is no number"),
        (imported("8703230100", "5700", 1, "-" + "1" * 14), "record 2 has con_val_mo that is no number"),
        (imported("8507600030", "5700", "9" * 15), "record 2 has gen_val_mo above"),
    ],
    ids=[
        "short",
        "long",
        "letter",
        "group",
        "continent",
        "world",
        "month",
        "year of a line not kept",
        "blank",
        "minus in a line not kept",
        "absurd",
    ],
)
def test_a_wrong_record_stops_the_file_and_is_named(bad: bytes, said: str) -> None:
    with pytest.raises(SourceChanged, match=said):
        read(bulk_file([GOOD, bad, GOOD]))


def test_a_kind_of_export_that_is_not_known_stops_the_file() -> None:
    with pytest.raises(SourceChanged, match="record 1 is neither a domestic nor a foreign export"):
        read(bulk_file([exported("8507600030", "5700", 1, "3")], flow="export"))


def test_a_wrong_record_behind_the_first_block_keeps_its_number() -> None:
    bad = imported("85076o0030", "5700", 1)
    with pytest.raises(SourceChanged, match="record 50001 has something else"):
        read(bulk_file([GOOD] * 50_000 + [bad]))
    assert cells(bulk_file([GOOD] * 50_000), "HS10", "GEN_VAL") == {("8507600030", "5700"): 50_000}


def test_a_month_that_adds_up_to_nonsense_is_refused() -> None:
    with pytest.raises(SourceChanged, match="adds up to more than"):
        read(bulk_file([imported("8703230100", "5700", 10**13)] * 101))


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"CONCORD.TXT": concord()}, "0 members match IMP_DETL"),
        ({"IMP_DETL.TXT": GOOD}, "0 members match CONCORD"),
        (
            {"CONCORD.TXT": concord(), "IMP_DETL.TXT": GOOD, "b/imp_detl.txt": GOOD},
            "2 members match IMP_DETL",
        ),
        (
            {"CONCORD.TXT": concord(), "EXP_DETL.TXT": exported("8507600030", "5700", 1)},
            "0 members match IMP_DETL",
        ),
        ({"CONCORD.TXT": concord(), "IMP_DETL.TXT": b""}, "the file has no record"),
        ({"CONCORD.TXT": b"", "IMP_DETL.TXT": GOOD}, "CONCORD has no line"),
        ({"CONCORD.TXT": b"<html>\n", "IMP_DETL.TXT": GOOD}, "CONCORD line 1 does not begin"),
        (
            {"CONCORD.TXT": concord(), "IMP_DETL.TXT": b"<!DOCTYPE html>" * 60},
            "record 1 is not 688 characters",
        ),
        (
            {"CONCORD.TXT": concord(), "IMP_DETL.TXT": imported("8703230100", "5700", 1)},
            "no record has one of",
        ),
    ],
    ids=[
        "no detail",
        "no concordance",
        "two details",
        "the other flow",
        "empty detail",
        "empty concordance",
        "page as concordance",
        "page as detail",
        "no kept line",
    ],
)
def test_a_zip_of_other_members_is_refused(members: dict[str, bytes], said: str) -> None:
    with pytest.raises(SourceChanged, match=said):
        read(Saved(zipped(members), scope=bulk_file([]).scope))


def test_torn_zip_and_page_instead_of_a_zip() -> None:
    whole = bulk_file([imported("8507600030", "5700", n) for n in range(500)])
    for size in (0, 1, 40, len(whole.body) // 2, len(whole.body) - 1):
        with pytest.raises(SourceChanged, match="not a whole zip"):
            read(Saved(whole.body[:size], scope=whole.scope))
    with pytest.raises(SourceChanged, match="not a whole zip"):
        read(Saved(b"<!DOCTYPE html><title>502 Bad Gateway</title>", scope=whole.scope))


def test_damaged_member_fails_its_checksum() -> None:
    whole = bulk_file([imported("8507600030", "5700", n) for n in range(500)])
    at = len(whole.body) // 2
    damaged = whole.body[:at] + bytes([whole.body[at] ^ 0xFF]) + whole.body[at + 1 :]
    with pytest.raises(SourceChanged):
        read(Saved(damaged, scope=whole.scope))


def test_zip_bomb_is_refused_before_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    scope = bulk_file([]).scope
    bomb = Saved(zipped({"CONCORD.TXT": concord(), "IMP_DETL.TXT": b"0" * 3_000_000}), scope=scope)
    with pytest.raises(SourceChanged, match="inflates more than 200-fold"):
        read(bomb)
    large = bulk_file([GOOD])
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("opened"))
    monkeypatch.setattr(bulk, "MAX_CONCORD_BYTES", 100)
    with pytest.raises(SourceChanged, match="more than 100"):
        read(large)


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


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["8507600030", "8507600090", "8471500150", "8703230100", "7403110000"]),
            st.sampled_from(["5700", "5830", "1220", "9999"]),
            st.integers(0, 10**12),
            st.integers(0, 10**12),
        ),
        min_size=1,
        max_size=60,
    )
)
def test_sums_are_those_of_plain_python(rows: list[tuple[str, str, int, int]]) -> None:
    lines, headings, goods = (
        Counter[tuple[str, str]](),
        Counter[tuple[str, str]](),
        Counter[tuple[str, str]](),
    )
    for code, country, _, con in rows:
        goods["TOTAL", country] += con
        if not code.startswith("87"):
            lines[code, country] += con
            headings[code[:6], country] += con
    document = bulk_file(imported(*row) for row in [*rows, ("8544300000", "5700", 0, 0)])
    goods["TOTAL", "5700"] += 0
    lines["8544300000", "5700"] += 0
    headings["854430", "5700"] += 0
    assert cells(document, "HS10", "CON_VAL") == lines
    assert cells(document, "HS6", "CON_VAL") == headings
    assert cells(document, "TOTAL", "CON_VAL") == goods


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
    at = bulk.released_at({"last-modified": "Tue, 08 Sep 2026 12:30:00 GMT"})
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
