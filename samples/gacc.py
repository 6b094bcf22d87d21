"""Writes China's customs figures of the sample: pages of the bulletin, and files as a person saves them from the query site.

Called by `python -m samples.rebuild`. The origin folder holds `customs/gacc/` as described in ORIGIN.md.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from unittest.mock import patch

from contracts.document import Fetch, Window
from extractors.customs import gacc_bulletin
from samples.record import keep

HERE = Path(__file__).parent
FIRST_DAY = datetime(2026, 11, 21, 6, tzinfo=UTC)
SHAPE = "real figures put into the documented shape of the answer; the bytes are not a recording"
BULLETIN = (
    "huyou963-qi/finance-site@5b54a8e:fixtures/gacc-export-2026-07-sample.html (a page of the bulletin), 10 of its rows; "
    f"{SHAPE}"
)
INDEX = (
    "the form of the index of 2026 in huyou963-qi/finance-site@5b54a8e, one table of it; the address of the table's page, "
    f"which is not at hand, is a made one; {SHAPE}"
)
MODULES = "pojoker/workflow-rehearsal@8aa1ad0:flows/input/customs-85177950-2024-monthly-usd.csv; " + SHAPE
EXPORTS = (
    "e502201901 of an archive of pages of the English query site that the table at hand does not name, all rows of HS 8471, 8504 "
    f"and 8507; {SHAPE}"
)
TABLE_PAGE = "http://english.customs.gov.cn/Statics/00000000-0000-0000-0000-000000000013.html"
TITLE = "（13）Major Export Commodities in Quantity and Value,1-7.2026"
MODULES_FILE = "gacc_export_hs85177950_2024_monthly.csv"
EXPORTS_FILE = "e502201901_hs8471_hs8504_hs8507_usd.html"
SAVED_CODES = ("8471", "8504", "8507")
FIGURES = (
    "unit",
    "qty_202607",
    "value_202607_usd_thousand",
    "qty_202601_07",
    "value_202601_07_usd_thousand",
    "pct_qty",
    "pct_value",
)
Row = Mapping[str, str]


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV, gzipped or not, as texts."""
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(io.StringIO(text.decode("utf-8"), newline="")))


def index_page() -> str:
    """The index of a year with one table, of which July is out: the link's address stands without quotes."""
    months = [f"<span>{m}.</span>" for m in ("Jan", "Feb", "Mar", "Apr", "May", "Jun")]
    links = " ".join([*months, f"<a href={TABLE_PAGE}> Jul.</a></br>", "<span>Aug.</span> <span>Sep.</span>"])
    title = TITLE.rpartition(",")[0]
    return _html(
        "Monthly Bulletin",
        "<table><thead><tr><th>Title</th><th>Month</th></tr></thead><tbody>\n"
        f"<tr><td>{title}</td><td>{links}</td></tr>\n</tbody></table>",
    )


def table_page(rows: Iterable[Row]) -> str:
    """Table (13) of July 2026 with those goods."""
    head = (
        f'<tr><td colspan="8">{TITLE}</td></tr>\n<tr><td colspan="8">Unit:US$1,000</td></tr>\n'
        '<tr><td rowspan="2">Commodity</td><td rowspan="2">Quantity Unit</td><td colspan="2">7</td>'
        '<td colspan="2">1to7</td><td colspan="2">Percentage Change</td></tr>\n'
        f"<tr>{'<td>Quantity</td><td>Value</td>' * 3}</tr>\n"
    )
    body = "\n".join(map(_goods, rows))
    return _html(
        TITLE,
        f'<h1 class="atcl-ttl">{TITLE}</h1>\n<div class="atcl-date">2026/08/18</div>\n'
        f'<div class="atcl-cnt"><table><tbody>\n{head}{body}\n</tbody></table></div>',
    )


def _goods(row: Row) -> str:
    name = "&nbsp;" * 4 * int(row["level"]) + escape(row["commodity"])
    cells = "".join(f"<td><span>{escape(row[figure])}</span></td>" for figure in FIGURES)
    return f"<tr><td><span><b>{name}</b></span></td>{cells}</tr>"


def _html(title: str, body: str) -> str:
    return f'<html><head><meta charset="utf-8"><title>{title}</title></head><body>\n{body}\n</body></html>\n'


def saved_page(rows: Iterable[Row], count: int) -> str:
    """The English query site's page of partner x code x regime: `td` in `div` in `tr`, long texts cut and whole in title."""
    body = "\n".join(map(_saved_row, rows))
    return f"<p>A total of {count} data queries</p>\n<table>\n{body}\n</table>\n"


def _saved_row(row: Row) -> str:
    partner = _cell(row["partner_code"]) + _cell(row["partner"], full=True)
    goods = _cell(row["hs8"]) + _cell(row["commodity"], full=True)
    regime = _cell(row["regime_code"]) + _cell(row["regime"], full=True)
    figures = "".join(_cell(row[name]) for name in ("qty1", "unit1", "qty2", "unit2", "value_usd"))
    parts = "".join(f"<div>{part}</div>" for part in (partner, goods, regime))
    return f'<tr class="text-c  mt-10">{_cell(row["period"])}{parts}{figures}</tr>'


def _cell(text: str, full: bool = False) -> str:
    cut = text if len(text) <= 16 else text[:15].rstrip() + " ..."
    title = f' title="{escape(text)}"' if full else ""
    return f'<td><div class="th-line"{title}>{escape(cut if full else text, quote=False)}</div></td>'


def modules_csv(rows: Iterable[Row]) -> bytes:
    """Exports of HS 85177950 as the Chinese site writes a download: GBK, every field quoted, a comma at the end."""
    header = (
        "数据年月",
        "商品编码",
        "商品名称",
        "第一数量",
        "第一计量单位",
        "第二数量",
        "第二计量单位",
        "美元",
    )
    lines = [
        (
            r["period"],
            r["hs8"],
            "光通信设备的激光收发模块",
            r["qty_kg"],
            "千克",
            "0",
            "?",
            f"{int(r['value_usd']):,}",
        )
        for r in rows
    ]
    return "".join("".join(f'"{cell}",' for cell in line) + "\n" for line in [header, *lines]).encode("gbk")


def recordings(root: Path) -> Iterable[tuple[str, Fetch, str, bytes]]:
    """File name, request, origin and body: the index under both of its addresses, and the page it leads to."""
    now = "extractors.customs.gacc_bulletin.now"
    index = index_page().encode()
    seen: dict[str, Fetch] = {}
    for year in (FIRST_DAY, FIRST_DAY.replace(year=FIRST_DAY.year + 1)):
        with (
            patch.dict("os.environ", {"CHOKEPOINT_QUERIES": str(HERE / "queries.toml")}),
            patch(now, lambda at=year: at),
        ):
            seen |= {fetch.url: fetch for fetch in gacc_bulletin.plan(Window())}
    for address, fetch in seen.items():
        yield f"gacc_bulletin-{Path(address).stem}", fetch, INDEX, index
    scope = {"page": "table", "table": "13", "month": 7}
    rows = table(root / "customs/gacc/gacc_monthly_table13_202607_rows.csv")
    yield (
        "gacc_bulletin-13-2026-07",
        Fetch(gacc_bulletin.INFO.source, TABLE_PAGE, scope=scope),
        BULLETIN,
        table_page(rows).encode(),
    )


def brought(root: Path) -> Iterable[tuple[str, str, bytes]]:
    """File name, origin and content of what lies in the sample's inbox."""
    folder = root / "customs/gacc"
    monthly = table(folder / "gacc_85177950_export_monthly_usd_2024_2026.csv")
    yield MODULES_FILE, MODULES, modules_csv(r for r in monthly if r["note"] == "raw file")
    exports = table(folder / "gacc_CN_exports_to_US_201901_hs8_regime_full.csv.gz")
    chosen = [row for row in exports if row["hs8"].startswith(SAVED_CODES)]
    yield EXPORTS_FILE, EXPORTS, saved_page(chosen, len(chosen)).encode()


def write(root: Path, target: Path, say: Callable[[str], None] = print) -> None:
    """Replace the bulletin's records below `target`/day1 and the files of `target`/inbox/gacc_detail."""
    day, inbox = target / "day1", target / "inbox/gacc_detail"
    for folder, pattern in ((day, "gacc_bulletin-*"), (inbox, "*")):
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(pattern):
            old.unlink()
    for name, fetch, origin, body in recordings(root):
        keep(day / f"{name}.warc.gz", fetch, "text/html; charset=utf-8", origin, body, FIRST_DAY)
        say(f"day1/{name}: {len(body):,} bytes")
    for name, origin, content in brought(root):
        (inbox / name).write_bytes(content)
        stated = f'evidence = "rebuilt"\norigin = {json.dumps(origin)}\n'
        (inbox / f"{name}.toml").write_text(stated, "utf-8")
        say(f"inbox/gacc_detail/{name}: {len(content):,} bytes")
