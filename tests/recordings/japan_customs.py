"""A made e-Stat trade file in the documented columns: the figures are invented."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.documents import Saved

QUERIES = ""
NAME = "imports_2026_ch84-85.csv"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
COLUMNS = ["Exp or Imp", "Year", "HS", "Country", "Unit1", "Unit2"] + [
    f"{measure}-{span}" for span in ("Year", *MONTHS) for measure in ("Quantity1", "Quantity2", "Value")
]
HEADER = ",".join(COLUMNS)


def line(
    code: str,
    partner: str,
    values: Sequence[int | None],
    *,
    flow: str = "2",
    year: int = 2026,
    units: tuple[str, str] = ("NO", "KG"),
    quantities: Sequence[tuple[int, int]] = (),
    whole: int | None = None,
) -> str:
    """One row: values in thousand yen from January on, months to come zero, None for a blank cell.

    `whole` is the year's value where it is not their sum.
    """
    told: list[int | None] = [*values, *[0] * (12 - len(values))]
    pairs = [*quantities, *[(0, 0)] * (12 - len(quantities))]
    total = sum(value or 0 for value in told) if whole is None else whole
    cells: list[object] = [sum(a for a, _ in pairs), sum(b for _, b in pairs), total]
    for value, (first, second) in zip(told, pairs, strict=True):
        cells += [first, second, "" if value is None else value]
    return ",".join([flow, str(year), f"'{code}'", partner, *units, *map(str, cells)])


def file(*rows: str, header: str = HEADER) -> bytes:
    """A whole file."""
    return ("\r\n".join([header, *rows]) + "\r\n").encode()


def answers() -> Iterable[Saved]:
    """One file: three lines of two chapters, four countries, two months out."""
    rows = [
        line(code, partner, (120_000 + n, 130_000), quantities=((10, 400), (11, 420)))
        for n, code in enumerate(("847150000", "850760010", "850760090"))
        for partner in ("105", "106", "213", "304")
    ]
    yield Saved(
        file(*rows),
        source="japan_customs",
        url=f"urn:inbox:japan_customs:{NAME}",
        scope={"chapters": ["84", "85"]},
        via="inbox",
    )
