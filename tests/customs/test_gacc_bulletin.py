"""China's monthly bulletin: what a page of it says, and what is no page of it."""

from __future__ import annotations

import csv
import dataclasses
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from contracts.errors import SourceChanged
from extractors.customs import gacc_bulletin
from tests.customs.gacc import bulletin, goods
from tests.customs.gacc_rows import RECORDED, needs_recorded
from tests.customs.gacc_rows import bulletin_rows as rows
from tests.documents import Saved
from tests.recorded import documents, recorded

Cells = dict[tuple[str, str], tuple[Decimal | None, Decimal | None, str | None]]


def cells(document: Saved) -> Cells:
    return {(r["code"], r["period_type"]): (r["value"], r["quantity_1"], r["unit_1"]) for r in rows(document)}  # type: ignore[misc]


def table_of_july() -> Saved:
    """The sample's page of table (13), as the index of the sample leads to it."""
    (index_page,) = {saved.body: saved for saved in documents(gacc_bulletin.SOURCE)}.values()
    (fetch,) = gacc_bulletin.follow(index_page)
    saved = recorded(fetch)
    assert saved is not None
    return saved


def test_the_sample_gives_the_published_figures() -> None:
    found = cells(table_of_july())
    chips = "Electronic components > Electronic integrated circuits"
    assert len(found) == 20
    assert found[chips, "M"] == (Decimal(38_738_693_000), Decimal(324), "100MN")
    assert found[chips, "YTD"] == (Decimal(216_020_270_000), Decimal(2118), "100MN")
    assert found["Electronic components", "M"] == (Decimal(50_557_267_000), None, None)
    solar = "Electronic components > Diodes and similar semiconductors > Solar cells"
    assert found[solar, "M"] == (Decimal(2_134_596_000), Decimal(65_873), "10000N")
    assert found["Agriculture products > Meat(including meat offal)", "M"][1:] == (Decimal(14), "10000T")


@needs_recorded
def test_the_recorded_excerpt_gives_every_row_of_its_table() -> None:
    body = (RECORDED / "excerpt_rebuilt_gacc_monthly_table13_202607.html").read_bytes()
    found = cells(Saved(body, url="http://english.customs.gov.cn/Statics/x.html"))
    with (RECORDED / "gacc_monthly_table13_202607_rows.csv").open(encoding="utf-8", newline="") as handle:
        listed_rows = list(csv.DictReader(handle))
    assert len(found) == 2 * len(listed_rows) == 20
    by_name = {code.rpartition(" > ")[2]: code for code, _ in found}
    for row in listed_rows:
        code = by_name[" ".join(row["commodity"].rstrip("*").split())]
        for span, column in (("M", "value_202607_usd_thousand"), ("YTD", "value_202601_07_usd_thousand")):
            assert found[code, span][0] == 1000 * Decimal(row[column].replace(",", ""))


def test_a_row_says_whose_figure_it_is() -> None:
    first = rows(bulletin())[0]
    said = {
        name: first[name]
        for name in ("reporter", "partner_code", "partner_kind", "flow", "flow_basis", "level")
    }
    assert said == {
        "reporter": "CHN",
        "partner_code": "world",
        "partner_kind": "world",
        "flow": "export",
        "flow_basis": "FOB",
        "level": "LIST",
    }
    assert (first["period"], first["currency"]) == (date(2026, 7, 1), "USD")


def test_imports_are_cif_by_the_words_of_the_title() -> None:
    title = "（14）Major Import Commodities in Quantity and Value,1-7.2026"
    assert {(r["flow"], r["flow_basis"]) for r in rows(bulletin(title=title))} == {("import", "CIF")}


def test_the_unit_is_read_and_never_assumed() -> None:
    assert cells(bulletin(unit="Unit:US$100 Million"))["Tools", "M"][0] == Decimal(5_000_000_000)
    with pytest.raises(SourceChanged, match="0 unit lines"):
        rows(bulletin(unit=""))
    with pytest.raises(SourceChanged, match="2 unit lines"):
        rows(bulletin(unit="<p>Unit:US$1,000</p><p>Unit:RMB10,000</p>"))
    with pytest.raises(SourceChanged, match="0 unit lines"):
        rows(bulletin(unit="Unit:US$1,0001"))


def test_a_table_in_rmb_is_never_taken_for_dollars() -> None:
    with pytest.raises(SourceChanged, match="the table is in CNY"):
        rows(bulletin(unit="Unit:RMB10,000"))


def test_columns_go_by_their_names() -> None:
    groups = '<td colspan="2">1to7</td><td colspan="2">7</td><td colspan="2">Percentage Change</td>'
    measures = "<td>Value</td><td>Quantity</td>" * 3
    row = goods("Tools", "MN", "400", "9", "50", "2", "1", "2")
    assert cells(bulletin(row, groups=groups, measures=measures)) == {
        ("Tools", "M"): (Decimal(50_000), Decimal(2), "MN"),
        ("Tools", "YTD"): (Decimal(400_000), Decimal(9), "MN"),
    }


def test_figures_under_the_wrong_names_are_refused() -> None:
    with pytest.raises(SourceChanged, match="columns swapped"):
        rows(bulletin(goods("Tools", "MN", "9", "400", "2", "50", "1", "2")))


def test_january_and_february_may_have_no_month_of_their_own() -> None:
    page = bulletin(
        goods("Tools", "MN", "9", "400", "1", "2"),
        title="（13）Major Export Commodities in Quantity and Value,1-2.2026",
        groups='<td colspan="2">1to2</td><td colspan="2">Percentage Change</td>',
        measures="<td>Quantity</td><td>Value</td>" * 2,
    )
    assert cells(page) == {("Tools", "YTD"): (Decimal(400_000), Decimal(9), "MN")}
    assert [(s.period, s.period_type) for s in gacc_bulletin.slices(page)] == [(date(2026, 2, 1), "YTD")]


def test_a_dash_is_blank_and_a_zero_is_a_report() -> None:
    found = rows(bulletin(goods("Tools", "MN", "-", "-", "9", "0", "-", "-")))
    assert [(r["status"], r["value"], r["quantity_1"], r["unit_1"]) for r in found] == [
        ("blank", None, None, None),
        ("reported", Decimal(0), Decimal(9), "MN"),
    ]


def test_a_quantity_without_a_unit_is_none() -> None:
    found = rows(bulletin(goods("Tools", "-", "5", "400", "9", "500", "-", "-")))
    assert [(r["value"], r["quantity_1"], r["unit_1"]) for r in found] == [
        (Decimal(400_000), None, None),
        (Decimal(500_000), None, None),
    ]


def test_an_indent_of_half_a_level_is_refused() -> None:
    row = goods("bars", "N", "1", "2", "3", "4", "1", "1", level=1)
    half = row.replace("&nbsp;" * 4, "&nbsp;" * 2)
    assert half != row
    with pytest.raises(SourceChanged, match=r"stands under no commodity \(2 blanks"):
        rows(bulletin(goods("Steel", "-", "-", "9", "-", "90", "-", "1"), half))


def test_a_name_is_told_with_those_above_it() -> None:
    page = bulletin(
        goods("Steel*", "-", "-", "9", "-", "90", "-", "1"),
        goods("Of which: bars", "10000T", "1", "2", "3", "40", "1", "1", level=1),
        goods("Cars", "N", "5", "7", "6", "80", "1", "1"),
        goods("Of which: bars", "N", "1", "3", "3", "40", "1", "1", level=1),
        '<tr><td colspan="8">* Note: made</td></tr>',
    )
    assert {code for code, _ in cells(page)} == {
        *("Steel", "Steel > Of which: bars"),
        *("Cars", "Cars > Of which: bars"),
    }


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (bulletin(goods("Tools", "MN", *"123456"), goods("Tools", "MN", *"123456")), "comes twice"),
        (bulletin(goods("Tools", "MN", *"12345")), "7 cells under 8 columns"),
        (bulletin(goods("Tools", "MN", *"123456", level=1)), "stands under no commodity"),
        (bulletin(goods("Tools", "MN", "1", "1.234,5", *"3456")), "is no number"),
        (bulletin(goods("Tools", "MN", "1", "2 (r)", *"3456")), "is no number"),
        (bulletin(measures="<td>Value</td><td>Value</td>" * 3), "one quantity and one value"),
        (bulletin(measures="<td>Quantity</td><td>Value</td>" * 2), "under 6 columns"),
        (bulletin(groups='<td colspan="6">Total</td>'), "neither a month"),
        (
            bulletin(groups='<td colspan="2">6</td><td colspan="2">1to7</td><td colspan="2">7</td>'),
            "a column is of 6",
        ),
        (bulletin(title="（2）Imports and Exports by Country"), "0 different titles"),
        (
            bulletin(title="（14）Major Export Commodities in Quantity and Value,1-7.2026"),
            "not how the bulletin",
        ),
        (bulletin(scope={"page": "table", "table": "13", "month": 6}), "not that of the index"),
        (bulletin(scope={"page": "table", "table": "14", "month": 7}), "not that of the index"),
    ],
)
def test_a_page_that_contradicts_itself_is_refused(page: Saved, said: str) -> None:
    with pytest.raises(SourceChanged, match=said):
        rows(page)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html><script>document.cookie='x';location.reload()</script></html>", "0 different titles"),
        (b"<html><body><h1>502 Bad Gateway</h1></body></html>", "0 different titles"),
        (bulletin().body[:-20], "does not end with </html>"),
        (bulletin().body.decode().encode("gbk"), "not in UTF-8"),
        (b"", "does not end"),
    ],
    ids=["challenge", "error", "truncated", "another encoding", "empty"],
)
def test_what_is_no_page_of_the_bulletin_is_refused(body: bytes, said: str) -> None:
    with pytest.raises(SourceChanged, match=said):
        rows(dataclasses.replace(bulletin(), body=body))


def test_a_page_speaks_for_its_whole_list_and_both_spans() -> None:
    found = list(gacc_bulletin.slices(bulletin()))
    assert [(s.level, s.code_prefix, s.period_type, s.partners, s.complete) for s in found] == [
        ("LIST", "", "M", ("world",), True),
        ("LIST", "", "YTD", ("world",), True),
    ]


def test_the_stated_day_counts_from_its_end_in_beijing() -> None:
    assert gacc_bulletin.released_in(bulletin()) == datetime(2026, 8, 18, 15, 59, 59, tzinfo=UTC)
    assert gacc_bulletin.released_in(bulletin(date="")) is None
    assert gacc_bulletin.released_in(bulletin(date='<div class="atcl-date">2026/13/45</div>')) is None
