"""China's monthly bulletin as its pages write it: the index of a year, and a table of goods by quantity and value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING

from contracts.errors import SourceChanged
from contracts.text import printable

if TYPE_CHECKING:
    from lxml.html import HtmlElement

BEIJING = timezone(timedelta(hours=8))
LEVEL_BLANKS = 4
NONE = frozenset({"-", "", "–", "—"})
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TEXT_TAGS = ("title", "h1", "h2", "h3", "td", "th", "p", "div", "span")
_TABLE = re.compile(r"\((\d{1,2})\)")
_MONTH = re.compile(rf"(?:[a-z]+\.?\s*-\s*)?({'|'.join(MONTHS)})[a-z]*\.?", re.IGNORECASE)
_ADDRESS = re.compile(r"http://english\.customs\.gov\.cn/Statics/[0-9a-f-]{36}\.html", re.IGNORECASE)
_TITLE = re.compile(
    r"\((\d{1,2})\)\s*Major (Export|Import) Commodities in Quantity and Value\s*,\s*"
    r"(?:1\s*-\s*)?(1[0-2]|0?[1-9])\.(20\d\d)(?:\s*\(.{0,40}\))?"
)
_UNIT = re.compile(r"Unit\s*:\s*(US\$|RMB)\s*(\d{1,3}(?:,\d{3})*)(\s*(?:Million|Billion))?", re.IGNORECASE)
_SCALES = {"": 1, "million": 10**6, "billion": 10**9}
_CURRENCIES = {"us$": "USD", "rmb": "CNY"}
_NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_RELEASED = re.compile(r"(20\d\d)/(\d{1,2})/(\d{1,2})")


@dataclass(frozen=True)
class Link:
    """One month of one table in the index of a year."""

    table: str
    month: int
    url: str


@dataclass(frozen=True)
class Cell:
    """One commodity in one span (M, or YTD from January to the month): None where the page has a dash."""

    code: str
    span: str
    value: Decimal | None
    quantity: Decimal | None
    unit: str | None


@dataclass(frozen=True)
class Bulletin:
    """A table of goods: values in whole units of `currency`."""

    table: str
    flow: str
    period: date
    currency: str
    cells: tuple[Cell, ...]


def page(body: bytes) -> HtmlElement:
    """The document; `SourceChanged` for bytes that are no whole HTML page in UTF-8."""
    from lxml import etree, html

    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        raise SourceChanged("the page is not in UTF-8, as the bulletin is") from None
    if b"</html>" not in body[-2000:].lower():
        raise SourceChanged("no whole page: it does not end with </html>")
    try:
        return html.document_fromstring(body, parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise SourceChanged(f"not an HTML page: {printable(str(error), 80)}") from None


def links(root: HtmlElement) -> list[Link]:
    """Every month that the index links to, table by table; a month not yet published is a span and no link."""
    found = []
    for row in root.iter("tr"):
        cells = row.xpath("./td")
        table = _TABLE.match(_text(cells[0])) if cells else None
        if table:
            found += [_link(table[1], anchor) for cell in cells[1:] for anchor in cell.iter("a")]
    if not found:
        raise SourceChanged("no table of the bulletin is listed: an error or a challenge page?")
    return found


def _link(table: str, anchor: HtmlElement) -> Link:
    said, address = _text(anchor), (anchor.get("href") or "").strip()
    month = _MONTH.fullmatch(said)
    if not month:
        raise SourceChanged(f"table ({table}) links to {printable(said, 30)!r}, which is no month")
    if not _ADDRESS.fullmatch(address):
        raise SourceChanged(f"table ({table}), {said}: {printable(address, 80)!r} is no page of the bulletin")
    return Link(table, MONTHS.index(month[1].lower()) + 1, address)


def bulletin(root: HtmlElement) -> Bulletin:
    """The table of goods of a page; `SourceChanged` with what is missing, contradicts itself or is not a number."""
    number, flow, period = _title(root)
    currency, scale = _unit(root)
    grid = _rows(root)
    start = next((i for i, row in enumerate(grid) if row and _text(row[0]).lower() == "commodity"), None)
    if start is None or start + 1 >= len(grid):
        raise SourceChanged("no header row that begins with Commodity")
    columns = _columns(grid[start], grid[start + 1], period.month)
    cells = tuple(_cells(grid[start + 2 :], columns, scale))
    if not cells:
        raise SourceChanged("the table has no row of goods")
    return Bulletin(number, flow, period, currency, cells)


def released_at(root: HtmlElement) -> datetime | None:
    """The end of the day in Beijing that the page states: known no later, and no earlier claimed; None without one."""
    stated = " ".join(_text(x) for x in root.xpath("//div[contains(@class, 'atcl-date')]"))
    found = _RELEASED.search(stated)
    try:
        day = date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        day = None
    return datetime.combine(day, time(23, 59, 59), BEIJING).astimezone(UTC) if day else None


def _text(element: HtmlElement) -> str:
    """Its words in one line, full-width forms as the plain ones."""
    return " ".join(unicodedata.normalize("NFKC", element.text_content()).split())


def _lines(root: HtmlElement, form: re.Pattern[str]) -> set[tuple[str, ...]]:
    """What elements say whose whole text has that form; a part of one could end within a number."""
    texts = (_text(element) for element in root.iter(*_TEXT_TAGS))
    return {found.groups(default="") for found in map(form.fullmatch, texts) if found}


def _title(root: HtmlElement) -> tuple[str, str, date]:
    titles = _lines(root, _TITLE)
    if len(titles) != 1:
        raise SourceChanged(f"{len(titles)} different titles of a table of goods stand on the page, not one")
    number, way, month, year = titles.pop()
    return number, way.lower(), date(int(year), int(month), 1)


def _unit(root: HtmlElement) -> tuple[str, int]:
    units = _lines(root, _UNIT)
    if len(units) != 1:
        raise SourceChanged(f"{len(units)} unit lines (Unit:US$1,000) stand on the page, not one")
    currency, amount, word = units.pop()
    return _CURRENCIES[currency.lower()], int(amount.replace(",", "")) * _SCALES[word.strip().lower()]


def _rows(root: HtmlElement) -> list[list[HtmlElement]]:
    return [row.xpath("./td|./th") for row in root.iter("tr")]


def _columns(groups: list[HtmlElement], measures: list[HtmlElement], month: int) -> list[tuple[str, str]]:
    """(span, measure) of every column by what the two header rows say, whatever their order."""
    names = [_text(cell) for cell in groups[:2]]
    if [name.lower() for name in names] != ["commodity", "quantity unit"]:
        raise SourceChanged(f"the header begins with {printable(' | '.join(names), 60)}")
    spans = [span for cell in groups[2:] for span in [_span(_text(cell), month)] * _width(cell)]
    under = [_text(cell).lower() for cell in measures]
    if len(spans) != len(under) or not set(under) <= {"quantity", "value"}:
        raise SourceChanged(f"{len(under)} names stand under {len(spans)} columns of the header")
    columns = [("", "commodity"), ("", "unit"), *zip(spans, under, strict=True)]
    wanted = {(span, name) for span in ("M", "YTD") if span in spans for name in ("quantity", "value")}
    if not wanted or len(set(columns)) != len(columns) or not wanted <= set(columns):
        raise SourceChanged("the header does not give one quantity and one value for each span of months")
    return columns


def _width(cell: HtmlElement) -> int:
    said = cell.get("colspan", "1").strip()
    return int(said) if said in {"1", "2", "3", "4"} else 0


def _span(said: str, month: int) -> str:
    if said.lower().startswith("percentage change"):
        return "change"
    if found := re.fullmatch(r"(?:(1)\s*(?:to|-)\s*)?0?(\d{1,2})", said, re.IGNORECASE):
        if int(found[2]) == month:
            return "YTD" if found[1] else "M"
        raise SourceChanged(f"a column is of {said}, the title is of month {month}")
    raise SourceChanged(f"column {printable(said, 30)!r} of the header is neither a month nor 1 to a month")


def _cells(grid: list[list[HtmlElement]], columns: list[tuple[str, str]], scale: int) -> Iterator[Cell]:
    path: list[str] = []
    seen: set[str] = set()
    for n, row in enumerate(grid, 1):
        if len(row) < len(columns) and _is_note(row):
            continue
        if len(row) != len(columns):
            raise SourceChanged(f"row {n} has {len(row)} cells under {len(columns)} columns")
        path = _path(path, row[0], n)
        code = " > ".join(path)
        if code in seen:
            raise SourceChanged(f"{printable(code, 80)!r} comes twice")
        seen.add(code)
        yield from _spans(code, dict(zip(columns, map(_text, row), strict=True)), scale)


def _is_note(row: list[HtmlElement]) -> bool:
    said = " ".join(map(_text, row)).strip()
    return not said or said.startswith(("*", "Note"))


def _path(path: list[str], cell: HtmlElement, n: int) -> list[str]:
    """The commodity below the ones it is indented under."""
    raw, name = cell.text_content(), _text(cell).rstrip("* ")
    blanks = raw[: len(raw) - len(raw.lstrip())].count("\xa0")
    level, odd = divmod(blanks, LEVEL_BLANKS)
    if not name or odd or level > len(path):
        raise SourceChanged(
            f"row {n}, {printable(name, 60)!r}, stands under no commodity ({blanks} blanks in front)"
        )
    return [*path[:level], name]


def _spans(code: str, row: dict[tuple[str, str], str], scale: int) -> Iterator[Cell]:
    stated = row["", "unit"]
    unit = None if stated in NONE else stated
    cells = []
    for span in ("M", "YTD"):
        if (span, "value") in row:
            value, quantity = (_number(code, row[span, name]) for name in ("value", "quantity"))
            known = None if value is None else value * scale
            cells.append(
                Cell(code, span, known, quantity if unit else None, unit if quantity is not None else None)
            )
    values = [cell.value for cell in cells if cell.value is not None]
    if len(values) == 2 and values[0] > values[1]:
        raise SourceChanged(
            f"{printable(code, 60)!r}: the month is more than the year to date; are columns swapped?"
        )
    yield from cells


def _number(code: str, text: str) -> Decimal | None:
    if text in NONE:
        return None
    if not _NUMBER.fullmatch(text):
        raise SourceChanged(f"{printable(code, 60)!r}: {printable(text, 30)!r} is no number")
    return Decimal(text.replace(",", ""))
