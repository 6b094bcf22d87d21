"""The closing tables of a pass over the sample; every one says that it is the sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.text import printable
from dags.support.outcome import (
    DATASETS,
    MARTS,
    Outcome,
    changed_articles,
    moved_headlines,
    new_articles,
)

if TYPE_CHECKING:
    from rich.table import Table

CAUTION = "no match by name; that is not a clearance"


def closing_tables(before: Outcome, after: Outcome) -> list[Table]:
    """The headline exposures and capital expenditure of both days, who is on a list, and what changed."""
    return [_exposures(before, after), _capex(before, after), _restrictions(after), _changes(before, after)]


def _table(title: str) -> Table:
    from rich import box
    from rich.table import Table

    return Table(title=f"sample: {title}", box=box.SIMPLE_HEAD, title_justify="left")


def _capex(before: Outcome, after: Outcome) -> Table:
    table = _table("capital expenditure, newest quarter, million USD (real figures, rebuilt recordings)")
    for name in ("company", "day 1", "day 2", "how", "filing", "evidence"):
        table.add_column(name, overflow="fold", justify="right" if name.startswith("day") else "left")
    for name, now in after.capex.items():
        then = before.capex.get(name)
        mark = "  <- new" if then is None or then.shown != now.shown else ""
        cells = (name, then.shown if then else "none", now.shown + mark, now.method, now.form, now.evidence)
        table.add_row(*(printable(cell) for cell in cells))
    return table


def _restrictions(after: Outcome) -> Table:
    table = _table(f"Chinese vendors on the lists read (blank: {CAUTION})")
    for name, width in (("vendor", 28), ("named on", 36), ("named on, as others state", 24)):
        table.add_column(name, width=width, overflow="fold")
    table.add_column("not read", width=8, justify="right")
    for vendor in after.vendors:
        cells = (vendor.name, vendor.listed or "", vendor.stated or "", str(vendor.unread))
        table.add_row(*map(printable, cells))
    return table


def _exposures(before: Outcome, after: Outcome) -> Table:
    table = _table("headline exposures (real figures, rebuilt recordings)")
    for name, ratio in (("headline", 5), ("day 1", 2), ("day 2", 2), ("definition", 6), ("evidence", 1)):
        table.add_column(name, ratio=ratio, overflow="fold")
    moved = {headline.id for headline in moved_headlines(before, after)}
    for key, now in after.headlines.items():
        then = before.headlines.get(key)
        if now.value is None and (then is None or then.value is None):
            continue
        mark = "  <- changed" if key in moved else ""
        cells = (
            now.label,
            then.shown if then else "none",
            now.shown + mark,
            now.definition,
            now.evidence or "none",
        )
        table.add_row(*(printable(cell) for cell in cells))
    return table


def _changes(before: Outcome, after: Outcome) -> Table:
    table = _table("what changed")
    for name in ("what", "day 1", "day 2"):
        table.add_column(name, overflow="fold", justify="left" if name == "what" else "right")
    table.add_row("documents kept", str(before.stored()), str(after.stored()))
    refused = [sum(n for (_, o), n in day.documents.items() if o == "quarantined") for day in (before, after)]
    table.add_row("documents quarantined", *map(str, refused))
    for name in sorted({*before.lake_rows, *after.lake_rows} & set(DATASETS)):
        table.add_row(f"rows read: {name}", *_pair(before.lake_rows, after.lake_rows, name))
    for name in MARTS:
        table.add_row(f"rows: {name}", *_pair(before.rows, after.rows, name))
    for text, keys in (("changed", changed_articles(before, after)), ("new", new_articles(before, after))):
        for key in keys:
            table.add_row(f"article {text}: {after.titles[key]}", "", text)
    return table


def _pair(before: dict[str, int], after: dict[str, int], name: str) -> tuple[str, str]:
    return f"{before.get(name, 0):,}", f"{after.get(name, 0):,}"
