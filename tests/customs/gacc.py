"""China's bulletin and query site as documents: synthetic figures in the documented markup."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from extractors.customs import gacc_bulletin, gacc_detail
from tests.documents import Saved

PAGE = "http://english.customs.gov.cn/Statics/00000000-0000-0000-0000-000000000001.html"
GROUPS = '<td colspan="2">7</td><td colspan="2">1to7</td><td colspan="2">Percentage Change</td>'
HEADER = (
    '<tr><td rowspan="2">Commodity</td><td rowspan="2">Quantity Unit</td>{groups}</tr><tr>{measures}</tr>'
)
CHINESE = ("数据年月", "商品编码", "商品名称", "第一数量", "第一计量单位", "第二数量", "第二计量单位", "美元")
ENGLISH = (
    *(
        "Date of data",
        "Trading partner code",
        "Trading partner",
        "Commodity code",
        "Commodity",
        "Customs Regime code",
    ),
    *("Customs Regime", "Quantity", "Unit", "Supplimentary Quantity", "Supplimentary Unit", "US dollar"),
)
ROW = ("202401", "85177950", "模块", "10", "千克", "0", "?", "1,000")
LINE = (
    "201810",
    "210",
    "Ceuta",
    "85044020",
    "Converters",
    "10",
    "Ordinary Trade",
    "5",
    "Kilogram",
    "0",
    "-",
    "1,161",
)


def goods(name: str, unit: str, *figures: str, level: int = 0) -> str:
    """A row of the bulletin's table: the six figures behind the unit."""
    cells = "".join(f"<td><span>{cell}</span></td>" for cell in (unit, *figures))
    return f"<tr><td><span><b>{'&nbsp;' * 4 * level}{escape(name)}</b></span></td>{cells}</tr>"


def bulletin(
    *rows: str,
    title: str = "（13）Major Export Commodities in Quantity and Value,1-7.2026",
    unit: str = "Unit:US$1,000",
    groups: str = GROUPS,
    measures: str = "<td>Quantity</td><td>Value</td>" * 3,
    date: str = '<div class="atcl-date">2026/08/18</div>',
    scope: Mapping[str, object] | None = None,
) -> Saved:
    """A page of the bulletin with those rows, or two made ones."""
    made = (
        goods("Tools", "MN", "2", "50", "9", "400", "1", "2"),
        goods("Chips", "-", "-", "60", "-", "500", "-", "2"),
    )
    table = f'<table><tr><td colspan="8">{title}</td></tr><tr><td colspan="8">{unit}</td></tr>'
    table += HEADER.format(groups=groups, measures=measures) + "".join(rows or made) + "</table>"
    text = f'<html><head><meta charset="utf-8"><title>{title}</title></head><body>{date}{table}</body></html>'
    return Saved(text.encode(), source="gacc_bulletin", url=PAGE, scope=scope or {})


def index(*rows: str, tables: Sequence[str] = ("13",), months: Sequence[str] = ("2026-07",)) -> Saved:
    """An index page with those rows."""
    body = f"<html><body><table>{''.join(rows)}</table></body></html>".encode()
    scope = {"page": "index", "tables": list(tables), "months": list(months)}
    return Saved(body, source="gacc_bulletin", url=f"{gacc_bulletin.BASE}/monthly.html", scope=scope)


def listed(table: int, *months: str) -> str:
    """A row of the index: links to those months, each page with an address of its own; Dec. is not out."""
    links = "".join(
        f"<a href=http://english.customs.gov.cn/Statics/{table:08d}-0000-0000-0000-{n:012d}.html> {month}</a></br>"
        for n, month in enumerate(months, 1)
    )
    return f"<tr><td>（{table}）Major Commodities</td><td>{links}<span>Dec.</span></td></tr>"


def comma_table(*rows: Sequence[str], encoding: str = "gbk") -> bytes:
    """A download: every field quoted, a comma at the end of every line."""
    return "".join("".join(f'"{cell}",' for cell in row) + "\n" for row in rows).encode(encoding)


def brought(name: str, content: bytes) -> Saved:
    """A file as the archive has it once it was recognised."""
    scope = gacc_detail.recognise(name, io.BytesIO(content))
    return Saved(content, source="gacc_detail", url=f"urn:inbox:gacc_detail:{name}", scope=scope, via="inbox")


def saved_row(cells: Iterable[str]) -> str:
    """A row of the query site's page; `td` stands in `div` in `tr`."""
    first, *others = (f'<td><div class="th-line">{escape(cell)}</div></td>' for cell in cells)
    return f"<tr>{first}<div>{''.join(others[:6])}</div>{''.join(others[6:])}</tr>"


def saved_page(*rows: Iterable[str], count: int | None = None) -> bytes:
    """The page with those rows, and the count it states."""
    said = f"<p>A total of {count:,} data queries</p>" if count is not None else ""
    return f"<div>{said}<table>{''.join(map(saved_row, rows))}</table></div>".encode()
