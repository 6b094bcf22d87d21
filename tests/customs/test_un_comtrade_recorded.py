"""The recorded figures of UN Comtrade through the parsers, and what the sample keeps of them."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from contracts.document import Source
from contracts.errors import SourceChanged
from extractors.customs import kept, m49, un_comtrade, un_comtrade_plus
from extractors.customs.comtrade_request import Asked, from_scope
from samples import comtrade as sample
from tests.customs.comtrade import answer, record
from tests.documents import Saved
from tests.recorded import SAMPLES, answers

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared/data"
FOLDER = SHARED / "customs"
recorded = pytest.mark.skipif(not FOLDER.is_dir(), reason="needs the recorded material in ../shared/data")
Row = dict[str, Any]


def read(source: Source, document: Saved) -> list[Row]:
    return [row for _, batch in source.parse(document) for row in batch.to_pylist()]


def plus_file(path: Path) -> list[Row]:
    return read(
        un_comtrade_plus.SOURCE, Saved(path.read_bytes(), url=f"urn:inbox:un_comtrade_plus:{path.name}")
    )


def api_file(name: str) -> Saved:
    return Saved(
        (FOLDER / "comtrade" / name).read_bytes(), url="https://comtradeapi.un.org/data/v1/get/C/A/HS"
    )


@recorded
def test_the_file_of_the_web_site() -> None:
    (path,) = (FOLDER / "comtrade").glob("comtradeplus_csv_annual_HS8542_*.csv")
    rows = plus_file(path)
    assert len(rows) == 1_686
    billions = {(r["reporter"], r["period"].year): round(r["value"] / 10**9, 2) for r in rows}
    of_2013 = [billions[name, 2013] for name in ("CHN", "KOR", "USA", "TWN")]
    assert of_2013 == [Decimal("87.88"), Decimal("47.12"), Decimal("34.54"), Decimal("62.48")]
    assert round(sum(r["value"] for r in rows if r["period"].year == 2023) / 10**9, 1) == Decimal("951.6")
    assert {r["hs_edition"] for r in rows} == {"1996", "2002", "2007", "2012", "2017", "2022"}
    assert Counter(r["partner_kind"] for r in rows) == {"world": 1_686}


@recorded
@pytest.mark.parametrize(
    "name", ["raw_get_C_A_HS_china_2010.json", "raw_get_C_A_HS_china_2010_with_headers.json"]
)
def test_the_recorded_answers(name: str) -> None:
    rows = read(un_comtrade.SOURCE, api_file(name))
    assert [(r["flow"], r["flow_basis"], r["partner_code"], r["hs_edition"]) for r in rows] == [
        ("import", "CIF", "32", "2007"),
        ("import", "CIF", "276", "2007"),
        ("export", "FOB", "32", "2007"),
        ("export", "FOB", "276", "2007"),
    ]
    assert rows[0]["value"] == 6_804_128_143
    assert un_comtrade.new_columns(api_file(name)) == ()


@recorded
@pytest.mark.parametrize("name", ["raw_empty_result_count0.json", "raw_get_S_A_EB.json"])
def test_the_recorded_empty_answers(name: str) -> None:
    assert read(un_comtrade.SOURCE, api_file(name)) == []


@recorded
def test_the_recorded_list_of_bulk_files_is_no_answer() -> None:
    with pytest.raises(SourceChanged, match="record 1: "):
        read(un_comtrade.SOURCE, api_file("raw_bulk_get_C_A_HS_listing.json"))


@recorded
@pytest.mark.parametrize(
    ("name", "count", "world", "china"),
    [
        ("490_850760_M_2024", 43, "1284670484.39", "834086719.91"),
        ("842_850760_M_2022", 70, "13898652630.00", "9295203389.00"),
        ("842_850760_M_2024", 67, "23848684743.00", "16457945481.00"),
    ],
)
def test_the_csv_files_of_the_api(name: str, count: int, world: str, china: str) -> None:
    path = FOLDER / f"hs6/comtrade_850760/raw_{name}_partners.csv"
    rows = plus_file(path)
    found = {r["partner_code"]: r["value"] for r in rows}
    assert (len(rows), found["0"], found["156"]) == (count, Decimal(world), Decimal(china))
    document = Saved(path.read_bytes(), url="urn:inbox:un_comtrade_plus:x.csv")
    assert {piece.partners for piece in un_comtrade_plus.slices(document)} == {None}


def by_answer(records: Iterator[dict[str, Any]], named: bool) -> Iterator[Saved]:
    """The records of a table as answers, one a reporter, flow and year."""
    groups = defaultdict(list)
    for found in records:
        groups[str(found["reporterCode"]), str(found["flowCode"]), str(found["period"])].append(found)
    for (reporter, flow, year), together in groups.items():
        codes, partners = ({str(r[name]) for r in together} for name in ("cmdCode", "partnerCode"))
        asked = Asked(
            "get", "A", (reporter,), (year,), (flow,), tuple(codes), tuple(partners) if named else None
        )
        plain = json.loads(json.dumps(together))
        yield answer(plain, asked)


@recorded
def test_lithium_ion_imports_of_169_reporters_as_answers() -> None:
    rows: list[Row] = []
    refused: list[tuple[int, str]] = []
    for document in by_answer(sample.lithium(SHARED), named=False):
        try:
            rows += read(un_comtrade.SOURCE, document)
        except SourceChanged as error:
            refused.append((len(json.loads(document.body)["data"]), str(error)))
    assert len(rows) + sum(count for count, _ in refused) == 26_166
    asean, reasons = "record 1: reporter 975 is not in the list", [reason for _, reason in refused]
    assert [reason for reason in reasons if not reason.startswith(asean)] == [
        "1 of 1 totals are off, the first is PRY M 850760 2024-01-01 (CY): "
        "partners give 7324518.70, the world row says 6544753.78"
    ]
    of_us = {
        r["partner_code"]: r["value"] for r in rows if (r["reporter"], r["period"].year) == ("USA", 2022)
    }
    assert round(of_us["0"] / 10**9, 2) == Decimal("13.90")
    assert round(100 * of_us["156"] / of_us["0"], 1) == Decimal("66.9")
    fob = {r["reporter"] for r in rows if r["flow_basis"] == "FOB" and r["partner_kind"] == "world"}
    assert {"MEX", "CAN", "ZAF"} <= fob
    assert not fob & {"USA", "CHN", "DEU", "EU27", "TWN", "VNM"}
    assert {r["status"] for r in rows} == {"reported"}


@recorded
def test_headings_between_twenty_countries_as_answers() -> None:
    rows = [r for d in by_answer(sample.connectors(SHARED), named=True) for r in read(un_comtrade.SOURCE, d)]
    assert len(rows) == 49_690
    assert {r["partner_kind"] for r in rows} == {"country"}

    billions = {
        (r["partner_code"], r["period"].year): round(r["value"] / 10**9, 2)
        for r in rows
        if (r["flow"], r["code"], r["reporter"]) == ("import", "8504", "USA")
    }
    expected = {
        "484": ("2.78", "6.18"),
        "764": ("0.47", "2.49"),
        "704": ("0.32", "1.66"),
        "156": ("4.94", "4.00"),
    }
    assert {p: (str(billions[p, 2019]), str(billions[p, 2024])) for p in expected} == expected


@recorded
def test_the_sample_is_what_the_tables_give(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.recorded import DAYS

    monkeypatch.setenv("CHOKEPOINT_QUERIES", str(SAMPLES / "queries.toml"))
    (tmp_path / "day1").mkdir()
    sample.write(SHARED, tmp_path, DAYS["day1"], lambda line: None)
    written = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert len(written) == 4
    for path in written:
        assert (tmp_path / path).read_bytes() == (SAMPLES / path).read_bytes(), path


def test_the_sample_has_the_flows_over_connectors() -> None:
    rows = [r for _, d in answers(un_comtrade.SOURCE, "day1") if d for r in read(un_comtrade.SOURCE, d)]
    cells = {
        (r["flow"], r["reporter"], r["partner_code"], r["code"], r["period"].year): r["value"] for r in rows
    }
    for connector in ("704", "764", "484", "458"):
        name = m49.reporters()[connector].name
        assert cells["import", name, "156", "8504", 2023] > 0
        assert cells["import", "USA", connector, "8504", 2023] > 0
    assert cells["import", "USA", "0", "850760", 2022] == 13_898_652_630
    assert {r["status"] for r in rows} == {"reported"}


def test_the_sample_has_all_it_asks_for_but_viet_nam_in_2024() -> None:
    missing = [from_scope(fetch.scope) for fetch, found in answers(un_comtrade.SOURCE, "day1") if not found]
    assert {(asked.reporters, asked.periods) for asked in missing} == {(("704",), ("2024",))}


def test_the_sample_file_of_the_web_site_is_as_the_site_writes_it() -> None:
    path = SAMPLES / "inbox/un_comtrade_plus" / sample.INBOX_FILE
    header, first = path.read_bytes().split(b"\r\n")[:2]
    assert (header.count(b",") + 1, first.count(b",") + 1) == (47, 48)
    rows = plus_file(path)
    assert {r["reporter"] for r in rows} >= {"CHN", "KOR", "USA", "TWN"}
    assert (
        next(r["value"] for r in rows if (r["reporter"], r["period"].year) == ("CHN", 2013)) == 87_880_781_336
    )


def test_codes_mean_the_same_to_the_parser_and_the_warehouse() -> None:
    with (ROOT / "transforms/seeds/partner_m49.csv").open(encoding="utf-8", newline="") as handle:
        seed = {row["code"]: row for row in csv.DictReader(handle)}
    assert {code: row["kind"] for code, row in seed.items()} == {
        code: m49.partner_kind(code) for code in seed
    }
    now = {code: one for code, one in m49.reporters().items() if f"{one.last:%Y}" == "9999"}
    assert {code: seed[code]["partner"] for code in now} == {code: one.name for code, one in now.items()}
    known = [row["partner"] for row in seed.values() if row["partner"] and not row["valid_until"]]
    assert len(known) == len(set(known))


def test_the_default_queries_hold_the_baskets_they_are_for() -> None:
    from extractors.customs.comtrade_queries import BROAD, CORE

    with (ROOT / "transforms/seeds/baskets/basket_member.csv").open(encoding="utf-8", newline="") as handle:
        wanted = {
            r["code"] for r in csv.DictReader(handle) if r["basket_id"] in ("dc_core", "dc_broad", "li_ion")
        }
    assert wanted == {*CORE, *BROAD}
    assert not set(CORE) & set(BROAD)


MINERALS = "comtrade/derived_qennis_china_exports_minerals_hs6_monthly.csv"
SEED_NAMES = {
    "Czech Republic": "Czechia",
    "Hong Kong": "China, Hong Kong SAR",
    "Russia": "Russian Federation",
    "South Korea": "Rep. of Korea",
    "Taiwan": "Other Asia, nes",
    "Tanzania": "United Rep. of Tanzania",
    "Turkey": "Türkiye",
    "UAE": "United Arab Emirates",
    "Vietnam": "Viet Nam",
}


def mineral(row: dict[str, str], code: int) -> dict[str, Any]:
    """A monthly record of China's exports, as the API writes one."""
    month = row["period_dt"][:7].replace("-", "")
    monthly = {"freqCode": "M", "refPeriodId": int(month + "01"), "refYear": int(month[:4])}
    value = {"cifvalue": None, "fobvalue": float(row["val"]), "primaryValue": float(row["val"])}
    at = {"refMonth": int(month[4:]), "period": month, "reporterCode": 156, "reporterISO": "CHN"}
    kind = {"flowCode": "X", "cmdCode": row["hs6"], "qtyUnitCode": -1, "qty": None}
    return record(code, **monthly, **value, **at, **kind, netWgt=float(row["qty"]) if row["qty"] else None)


@recorded
def test_chinas_monthly_exports_of_minerals_as_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "keeps", lambda code: True)  # one of the three codes is in no basket
    with (FOLDER / MINERALS).open(encoding="utf-8") as lines:
        table = list(csv.DictReader(lines))
    with (ROOT / "transforms/seeds/partner_m49.csv").open(encoding="utf-8") as lines:
        codes = {row["name"]: int(row["code"]) for row in csv.DictReader(lines) if not row["valid_until"]}
    unknown = sorted({row["partner_name"] for row in table} - codes.keys() - SEED_NAMES.keys())
    assert unknown == []
    months = defaultdict(list)
    for row in table:
        name = SEED_NAMES.get(row["partner_name"], row["partner_name"])
        months[row["period_dt"][:7].replace("-", "")].append(mineral(row, codes[name]))
    rows: list[Row] = []
    for month, found in months.items():
        lists = (tuple(sorted({str(r[name]) for r in found})) for name in ("cmdCode", "partnerCode"))
        goods, partners = lists
        rows += read(
            un_comtrade.SOURCE, answer(found, Asked("get", "M", ("156",), (month,), ("X",), goods, partners))
        )
    assert len(rows) == len(table) == 6_442
    assert sum(r["value"] for r in rows) == sum(Decimal(row["val"]) for row in table)
    assert {(r["reporter"], r["flow_basis"], r["period_type"]) for r in rows} == {("CHN", "FOB", "M")}
