"""Files saved from the query site of China's customs: the real ones, in the sample and as recorded."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from contracts.errors import SourceChanged
from extractors.customs import gacc_detail
from samples import gacc as markup
from tests.customs.gacc import brought as file
from tests.customs.gacc_rows import RECORDED, needs_recorded
from tests.customs.gacc_rows import detail_rows as rows
from tests.customs.gacc_rows import detail_values as values
from tests.documents import Saved
from tests.recorded import brought

MODULES_2024 = (
    *(447_062_632, 389_531_110, 502_433_846, 542_655_299, 578_656_093, 579_876_291),
    *(528_174_848, 515_838_158, 505_605_485, 531_661_207, 567_232_563, 544_019_645),
)


def recorded_file(original: str, name: str | None = None) -> Saved:
    return file(name or original, (RECORDED / original).read_bytes())


def sample(part: str) -> Saved:
    return next(saved for saved in brought(gacc_detail.SOURCE) if part in saved.url)


def test_the_sample_gives_twelve_months_of_optical_modules() -> None:
    found = values(sample("85177950"))
    assert found == {
        (date(2024, n, 1), "world", "85177950"): Decimal(value) for n, value in enumerate(MODULES_2024, 1)
    }
    first = rows(sample("85177950"))[0]
    assert (first["quantity_1"], first["unit_1"], first["quantity_2"], first["unit_2"]) == (
        257_644,
        "千克",
        None,
        None,
    )
    assert (first["flow"], first["flow_basis"], first["currency"]) == ("export", "FOB", "USD")


def test_the_sample_page_gives_the_published_headings() -> None:
    found = values(sample("e502201901"))
    billions = {
        h: round(sum(v for (_, _, c), v in found.items() if c[:4] == h) / 10**9, 3)
        for h in ("8471", "8504", "8507")
    }  # type: ignore[misc,index,arg-type]
    assert billions == {"8471": Decimal("2.912"), "8504": Decimal("0.337"), "8507": Decimal("0.184")}
    assert {r["partner_code"] for r in rows(sample("e502201901"))} == {"502"}


@needs_recorded
@pytest.mark.parametrize("encoding", ["gbk", "utf8"])
def test_recorded_monthly_files_in_both_encodings(encoding: str) -> None:
    found = values(recorded_file(f"gacc_85177950_export_2024_monthly_usd_raw_{encoding}.csv"))
    assert tuple(found.values()) == tuple(map(Decimal, MODULES_2024))


@needs_recorded
def test_recorded_file_of_four_dimensions_is_in_yuan() -> None:
    original = "gacc_85177950_export_202501_4dim_rmb_2rows_gbk.csv"
    with pytest.raises(SourceChanged, match="broken out by regime and province"):
        recorded_file(original)
    found = rows(recorded_file(original, "export_hs85177950_202501.csv"))
    assert {(r["partner_code"], r["value"], r["quantity_1"], r["currency"]) for r in found} == {
        ("122", Decimal(460_007_241), Decimal(25_576), "CNY"),
        ("110", Decimal(46_065_437), Decimal(1_860), "CNY"),
    }


@needs_recorded
def test_recorded_english_downloads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gacc_detail.kept, "keeps", lambda code: True)
    ceuta = values(recorded_file("e210201810.csv"))
    assert {code: value for (_, _, code), value in ceuta.items()} == {  # type: ignore[misc]
        "62121090": Decimal(345),
        "96151100": Decimal(1_161),
        "96151900": Decimal(683),
    }
    botswana = rows(recorded_file("i20420186.csv"))
    assert [(r["code"], r["value"], r["quantity_1"], r["unit_1"]) for r in botswana] == [
        ("71023100", Decimal(507_713), Decimal(891), "Carat"),
        ("97050000", Decimal(547), Decimal(50), "Kilogram"),
        ("98040000", Decimal(1_072), Decimal(32), "Kilogram"),
    ]
    assert {(r["flow_basis"], r["partner_code"], r["period"]) for r in botswana} == {
        ("CIF", "204", date(2018, 6, 1))
    }


@needs_recorded
def test_recorded_page_gives_its_twelve_rows() -> None:
    saved = recorded_file("raw_excerpt_12rows_queryDataForEN_e502201901.html", "e502201901_usd.html")
    lines = gacc_detail.read(saved).lines
    assert len(lines) == 12
    assert (lines[0].code, lines[0].regime, lines[0].value) == ("85412100", "34", Decimal(5_552_648))
    assert lines[0].quantities == ((Decimal(809_031_923), "Number of item"), (Decimal(24_804), "Kilogram"))
    assert lines[1].quantities == ((Decimal(478_194_493), "Number of item"), None)
    assert all(not piece.complete for piece in gacc_detail.slices(saved))


@needs_recorded
def test_all_exports_to_the_us_in_january_2019_as_the_sites_own_page() -> None:
    table = markup.table(RECORDED / "gacc_CN_exports_to_US_201901_hs8_regime_full.csv.gz")
    saved = file("e502201901_all_usd.html", markup.saved_page(table, len(table)).encode())
    lines = gacc_detail.read(saved).lines
    assert (len(lines), sum(line.value for line in lines if line.value)) == (12_993, Decimal(36_626_321_423))
    found = rows(saved)
    (total,) = (r for r in found if r["level"] == "TOTAL")
    assert (total["code"], total["value"], total["partner_code"]) == ("TOTAL", Decimal(36_626_321_423), "502")
    for level in ("HS6", "HS8"):
        by_heading = {
            heading: round(
                sum(r["value"] for r in found if r["level"] == level and r["code"].startswith(heading))
                / 10**9,
                3,
            )  # type: ignore[attr-defined,misc]
            for heading in ("8471", "8517", "8473", "8504", "8507", "8544")
        }
        assert list(map(str, by_heading.values())) == ["2.912", "3.876", "0.624", "0.337", "0.184", "0.316"]
