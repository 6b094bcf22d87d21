from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.document import Slice, Window
from contracts.errors import SourceChanged
from extractors.customs import kept
from extractors.customs import us_census_port as port
from extractors.customs.kept import kept_codes
from tests.customs.answers import PORT, packed, port_file, record
from tests.documents import Saved
from transforms import baskets


def read(document: Saved) -> list[dict]:
    return [row for _, batch in port.parse(document) for row in batch.to_pylist()]


def cells(document: Saved) -> dict[tuple[str, str], Decimal]:
    return {(row["code"], row["partner_code"]): row["value"] for row in read(document)}


def test_ports_of_a_country_are_summed_and_other_chapters_left_out() -> None:
    document = port_file(
        [
            record("850760", "5700", 100, port="2704"),
            record("850760", "5700", 23, port="1001"),
            record("850760", "5520", 7),
            record("870310", "5880", 999),
            record("381800", "5830", 5),
        ]
    )
    assert cells(document) == {
        ("381800", "5830"): Decimal(5),
        ("850760", "5520"): Decimal(7),
        ("850760", "5700"): Decimal(123),
    }


def test_a_row_says_general_imports_in_dollars_of_the_month() -> None:
    (row,) = read(port_file([record("850760", "5700", 100)]))
    assert row == {
        "reporter": "USA",
        "partner_code": "5700",
        "partner_kind": "country",
        "country_codes": "schedule_c",
        "flow": "import",
        "flow_basis": "GEN_VAL",
        "level": "HS6",
        "code": "850760",
        "period": date(2025, 6, 1),
        "period_type": "M",
        "status": "reported",
        "value": Decimal("100.00"),
        "currency": "USD",
        "duty": None,
        "quantity_1": None,
        "unit_1": None,
        "quantity_2": None,
        "unit_2": None,
        "hs_edition": None,
    }


def test_zero_is_a_report() -> None:
    assert cells(port_file([record("850760", "5700", 0)])) == {("850760", "5700"): Decimal(0)}


def test_unsorted_records_and_a_last_line_without_an_end_give_the_same() -> None:
    records = [record("850760", c, v) for c, v in (("5700", 1), ("5520", 2), ("5700", 4))]
    whole, open_ended = port_file(records), Saved(packed(b"\n".join(records)), scope=port_file([]).scope)
    assert (
        cells(whole) == cells(open_ended) == {("850760", "5520"): Decimal(2), ("850760", "5700"): Decimal(5)}
    )


@pytest.mark.parametrize(
    ("flow", "name"),
    [
        ("import", "PORTHS6MM2506.TXT"),
        ("import", "porths6mm2506.txt"),
        ("import", "DPORTHS6I2506.TXT"),
        ("import", "data/dporths6ir2506.Txt"),
        ("import", "DPORTHS6I.TXT"),
        ("export", "PORTHS6XM2506.TXT"),
        ("export", "porths6xm2506.txt"),
        ("export", "data/DPorthS6E2506.txt"),
        ("export", "DPORTHS6E.TXT"),
    ],
)
def test_member_name_in_any_case_or_spelling(flow: str, name: str) -> None:
    assert cells(port_file([record("850760", "5700", 1)], name, flow=flow))


@pytest.mark.parametrize(("flow", "name"), [("import", "PORTHS6XM2506.TXT"), ("export", "PORTHS6MM2506.TXT")])
def test_the_other_flows_member_is_refused(flow: str, name: str) -> None:
    with pytest.raises(SourceChanged, match="0 members match"):
        read(port_file([record("850760", "5700", 1)], name, flow=flow))


def test_exports_are_total_exports_summed_over_ports() -> None:
    records = [
        record("850760", "5700", 100, port="2704"),
        record("850760", "5700", 23, port="5301"),
        record("850760", "1220", 7),
        record("870310", "5880", 999),
    ]
    document = port_file(records, "PORTHS6XM2506.TXT", flow="export")
    assert cells(document) == {("850760", "1220"): Decimal(7), ("850760", "5700"): Decimal(123)}
    assert {(row["flow"], row["flow_basis"], row["level"]) for row in read(document)} == {
        ("export", "TOT_EXP", "HS6")
    }
    assert {(piece.flow, piece.flow_basis) for piece in port.slices(document)} == {("export", "TOT_EXP")}


def test_an_export_file_of_another_month_is_refused_whatever_its_members_name_says() -> None:
    wrong = [record("850760", "5700", 1, month="202505")]
    with pytest.raises(SourceChanged, match="another month than 202506"):
        read(port_file(wrong, "DPORTHS6E.TXT", flow="export"))


def test_values_may_be_padded_with_blanks() -> None:
    assert cells(port_file([record("850760", "5700", f"{42:15d}")])) == {("850760", "5700"): Decimal(42)}


def test_only_the_codes_asked_for_are_given_and_spoken_for() -> None:
    document = port_file([record("850760", "5700", 1), record("850423", "5700", 2)], codes=["850760"])
    assert list(cells(document)) == [("850760", "5700")]
    assert list(port.slices(document)) == [
        Slice("USA", "import", "GEN_VAL", "HS6", "850760", date(2025, 6, 1), "M")
    ]
    assert [s.code_prefix for s in port.slices(port_file([]))] == list(kept_codes())


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (record("850760", "5700", 1)[:-1], "record 2 is not 230 characters"),
        (record("850760", "5700", 1) + b"0", "record 2 is not 230 characters"),
        (record("85076A", "5700", 1), "record 2 has something else than digits"),
        (record("850760", "0003", 1), "record 2 has a partner code that is not a country"),
        (record("850760", "5700", 1, month="202505"), "record 2 is of another month than 202506"),
        (record("870310", "5700", 1, month="202505"), "record 2 is of another month than 202506"),
        (record("850760", "5700", " " * 15), "record 2 has a value that is no number"),
        (record("850760", "5700", "-" + "1" * 14), "record 2 has a value that is no number"),
        (record("850760", "5700", "00000000000 1 1"), "record 2 has a value that is no number"),
        (record("850760", "5700", "9" * 15), "record 2 has a value above"),
    ],
    ids=[
        "short",
        "long",
        "letter",
        "group",
        "month",
        "month of a code not kept",
        "blank",
        "minus",
        "gap",
        "absurd",
    ],
)
def test_a_wrong_record_stops_the_file_and_is_named(bad: bytes, said: str) -> None:
    with pytest.raises(SourceChanged, match=said):
        read(port_file([record("850423", "5700", 1), bad, record("850760", "5700", 1)]))


def test_a_wrong_record_behind_the_first_chunk_keeps_its_number() -> None:
    good = record("850760", "5700", 1)
    with pytest.raises(SourceChanged, match="record 65540 has something else"):
        read(port_file([good] * 65_539 + [record("85o760", "5700", 1)]))
    assert cells(port_file([good] * 65_540)) == {("850760", "5700"): Decimal(65_540)}


def test_wrong_month_in_the_member_name() -> None:
    with pytest.raises(SourceChanged, match="0 members match"):
        read(port_file([record("850760", "5700", 1)], "PORTHS6MM2505.TXT"))


def test_empty_file_and_file_without_a_kept_code() -> None:
    with pytest.raises(SourceChanged, match="no record"):
        read(port_file([]))
    with pytest.raises(SourceChanged, match="no record has one of the codes"):
        read(port_file([record("870310", "5700", 1)]))


def test_without_a_scope_the_file_name_says_flow_and_month() -> None:
    body = port_file([record("850760", "5700", 1)]).body
    assert read(Saved(body, url=f"{PORT}/im_hs6_m/PORTHS6MM2506.ZIP"))[0]["flow"] == "import"
    sold = port_file([record("850760", "5700", 1)], "PORTHS6XM2506.TXT", flow="export").body
    assert read(Saved(sold, url=f"{PORT}/ex_hs6_m/PORTHS6XM2506.ZIP"))[0]["flow"] == "export"
    with pytest.raises(SourceChanged, match="which flow and month"):
        read(Saved(body, url="https://data.example/file"))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(840000, 851000).map(str),
            st.integers(1000, 9999).map(str),
            st.integers(0, 10**13),
        ),
        min_size=1,
        max_size=60,
    )
)
def test_sums_are_those_of_plain_python(rows: list[tuple[str, str, int]]) -> None:
    expected: dict[tuple[str, str], Decimal] = {}
    for code, country, value in rows:
        expected[code, country] = expected.get((code, country), Decimal(0)) + value
    assert cells(port_file([record(*row) for row in rows])) == dict(sorted(expected.items()))


def test_plan_asks_for_a_file_a_month_and_flow() -> None:
    fetches = list(port.plan(Window(date(2024, 12, 5), date(2025, 1, 31))))
    assert [f.url.rsplit("/", 1)[1] for f in fetches] == [
        "PORTHS6MM2412.ZIP",
        "PORTHS6XM2412.ZIP",
        "PORTHS6MM2501.ZIP",
        "PORTHS6XM2501.ZIP",
    ]
    assert fetches[0].url == "https://www.census.gov/trade/downloads/2024/Port/im_hs6_m/PORTHS6MM2412.ZIP"
    assert fetches[0].scope["period"] == "2024-12"


def test_habit_is_the_sixteen_months_that_should_be_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import UTC, datetime

    monkeypatch.delenv("CHOKEPOINT_QUERIES", raising=False)
    monkeypatch.setattr(port, "now", lambda: datetime(2026, 11, 21, tzinfo=UTC))
    months = [f.scope["period"] for f in port.plan(Window()) if f.scope["flow"] == "import"]
    assert (len(months), months[0], months[-1]) == (16, "2025-06", "2026-09")


def test_release_time_is_the_files_own() -> None:
    at = port.SOURCE.released_at({"last-modified": "Tue, 08 Sep 2026 12:30:00 GMT"})
    assert at is not None
    assert at.isoformat() == "2026-09-08T12:30:00+00:00"
    assert port.SOURCE.released_at({}) is None


def test_every_basket_code_is_kept() -> None:
    codes = {code for basket in baskets.load().baskets for code in basket.codes}
    assert {len(code) for code in codes} == {2, 4, 6, 10}
    assert [code for code in sorted(codes) if not kept.keeps(code[:6])] == []


def test_a_line_below_a_kept_code_is_kept_and_its_neighbour_is_not() -> None:
    assert kept.keeps("740311")
    assert not kept.keeps("740321")
