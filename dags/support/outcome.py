"""What a pass over the sample made: read from the release, held to what it must be, shown side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from contracts.errors import CheckFailed
from contracts.text import printable
from warehouse import lake
from warehouse import release as releases
from warehouse.home import Home
from warehouse.query import query

if TYPE_CHECKING:
    from rich.table import Table

SOURCES = ("ecb_fx", "federal_register", "news", "sec_edgar", "us_census_api", "us_census_port", "us_csl")
DATASETS = (
    *("trade_flow", "fx_rate", "news_item", "article_text", "feed_poll"),
    *("restricted_party", "policy_notice"),
    *("company_fact", "filing", "company_profile"),
)
MARTS = ("marts.trade_monthly", "marts.import_share", "marts.exposure", "marts.article", "marts.headline")
SHARE = "share of 1"
PERIOD_FORMAT = {"CY": "%Y"}


@dataclass(frozen=True)
class Headline:
    """One row of `marts.headline`; `value` is None where there is no figure, and `note` says why."""

    id: str
    label: str
    value: float | None
    unit: str
    definition: str
    evidence: str | None
    note: str | None
    period: date | None
    period_type: str

    @property
    def shown(self) -> str:
        """The value with its unit and period, or why there is none."""
        if self.value is None or self.period is None:
            return self.note or "none"
        value = f"{100 * self.value:.2f} %" if self.unit == SHARE else f"{self.value:,.4g} {self.unit}"
        return f"{value} ({self.period_type} {self.period:{PERIOD_FORMAT.get(self.period_type, '%Y-%m')}})"


@dataclass(frozen=True)
class Outcome:
    """A release's headlines by id, versions by article, rows by table, documents by source and outcome."""

    release: str
    headlines: dict[str, Headline]
    articles: dict[str, int]
    titles: dict[str, str]
    rows: dict[str, int]
    lake_rows: dict[str, int]
    documents: dict[tuple[str, str], int]

    @classmethod
    def of(cls, home: Home) -> Outcome:
        """Read the current release; `CheckFailed` when there is none."""
        release = releases.current(home)
        if release is None:
            raise CheckFailed("the DAGs ran and made no release")

        def ask(sql: str) -> list[tuple[Any, ...]]:
            return query(release.database, sql).rows

        headlines = ask(
            "select id, label, value, unit, definition, evidence, note, period, period_type from marts.headline order by position"
        )
        articles = ask("select url_key, versions, title from marts.article order by first_seen, url_key")
        return cls(
            release=release.name,
            headlines={row[0]: Headline(*row) for row in headlines},
            articles={key: versions for key, versions, _ in articles},
            titles={key: printable(title or "", 90) for key, _, title in articles},
            rows={name: table["rows"] for name, table in release.manifest["tables"].items()},
            lake_rows=_lake_rows(home),
            documents={
                (source, outcome): number
                for source, outcome, number in ask(
                    "select source, outcome, count(*) from meta.document group by source, outcome"
                )
            },
        )

    def stored(self, source: str | None = None) -> int:
        """Documents of a source, of all when None."""
        return sum(n for (name, _), n in self.documents.items() if source in (None, name))


def _lake_rows(home: Home) -> dict[str, int]:
    found: dict[str, int] = {}
    for parts in lake.manifests(home).values():
        for part in parts:
            found[part.dataset] = found.get(part.dataset, 0) + part.rows
    return found


def require_everything(outcome: Outcome, day: str) -> None:
    """Raise `CheckFailed` naming every stage that produced nothing."""
    empty = [f"no document of {source} was stored" for source in SOURCES if not outcome.stored(source)]
    empty += [f"no row of {dataset} was parsed" for dataset in DATASETS if not outcome.lake_rows.get(dataset)]
    empty += [f"{mart} is empty" for mart in MARTS if not outcome.rows.get(mart)]
    if all(headline.value is None for headline in outcome.headlines.values()):
        empty.append("no headline has a value")
    if empty:
        raise CheckFailed(f"{day}: {'; '.join(empty)}")


def require_difference(before: Outcome, after: Outcome) -> None:
    """Raise `CheckFailed` when day 2 brought no new document, no moved headline or no changed article."""
    missing = []
    if after.stored() <= before.stored():
        missing.append("no new document")
    if not moved_headlines(before, after):
        missing.append("no headline that is new or moved")
    if not changed_articles(before, after):
        missing.append("no changed article")
    if missing:
        raise CheckFailed(f"day 2 brought {', '.join(missing)}")


def moved_headlines(before: Outcome, after: Outcome) -> list[Headline]:
    """Headlines of `after` whose value is not that of `before`."""
    old = before.headlines
    return [h for key, h in after.headlines.items() if key not in old or old[key].value != h.value]


def changed_articles(before: Outcome, after: Outcome) -> list[str]:
    """Articles known on day 1 that have more versions on day 2."""
    return [key for key, n in after.articles.items() if key in before.articles and n > before.articles[key]]


def new_articles(before: Outcome, after: Outcome) -> list[str]:
    """Articles first seen on day 2."""
    return [key for key in after.articles if key not in before.articles]


def headlines_without_figure(outcome: Outcome) -> list[str]:
    """Labels of the headlines the sample has no figures for."""
    return [printable(h.label) for h in outcome.headlines.values() if h.value is None]


def closing_tables(before: Outcome, after: Outcome) -> list[Table]:
    """The headline exposures of both days, and what changed between them."""
    return [_exposures(before, after), _changes(before, after)]


def _exposures(before: Outcome, after: Outcome) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(
        title="sample: headline exposures (real figures, rebuilt recordings)",
        box=box.SIMPLE_HEAD,
        title_justify="left",
    )
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
    from rich import box
    from rich.table import Table

    table = Table(title="sample: what changed", box=box.SIMPLE_HEAD, title_justify="left")
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
