"""What a pass over the sample made: read from the release and held to what it must be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from contracts.errors import CheckFailed
from contracts.text import printable
from warehouse import lake
from warehouse import release as releases
from warehouse.home import Home
from warehouse.query import query

SOURCES = (
    "ecb_fx",
    "federal_register",
    "gacc_bulletin",
    "news",
    "sec_edgar",
    "un_comtrade",
    "us_census_api",
    "us_census_port",
    "us_csl",
)
DATASETS = (
    *("trade_flow", "fx_rate", "news_item", "article_text", "feed_poll"),
    *("restricted_party", "policy_notice"),
    *("company_fact", "filing", "company_profile"),
)
MARTS = (
    *("marts.trade_monthly", "marts.import_share", "marts.exposure", "marts.headline"),
    *("marts.article", "marts.story"),
    *("marts.capex_quarterly", "marts.capex_annual", "marts.capex_total"),
    *("marts.vendor", "marts.vendor_restriction", "marts.policy_event"),
)
SHARE = "share of 1"
NEWEST_CAPEX = """
    select company_name, calendar_quarter, ppe_latest, method_latest, form_latest, evidence
    from (
        select *, row_number() over (partition by company order by calendar_quarter desc) as place
        from marts.capex_quarterly where ppe_latest is not null and currency = 'USD'
    ) as known
    where place = 1 order by ppe_latest desc, company_name
"""
VENDORS = """
    select vendor.name,
        string_agg(named.said, '; ' order by named.list_id) filter (where not named.stated),
        string_agg(named.said, '; ' order by named.list_id) filter (where named.stated),
        vendor.n_lists_not_read
    from marts.vendor
    left join (
        select company_id, list_id, evidence = 'third_party_statement' as stated,
            list_id
                || coalesce(' since ' || coalesce(min(valid_from) filter (where match <> 'affiliate'), min(valid_from)), '')
                || case when bool_and(match = 'affiliate') then ' (affiliate)' else '' end as said
        from marts.vendor_restriction
        where status = 'listed'
        group by company_id, list_id, evidence = 'third_party_statement'
    ) as named using (company_id)
    where vendor.role = 'vendor' and vendor.hq_country = 'CHN'
    group by vendor.company_id, vendor.name, vendor.n_lists_not_read
    order by vendor.name
"""
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
class Capex:
    """The newest quarter of a company: cash paid for property and equipment in USD, and how it came about."""

    company: str
    calendar_quarter: date
    ppe_usd: Decimal
    method: str
    form: str
    evidence: str

    @property
    def shown(self) -> str:
        """The value and the calendar quarter it is of."""
        quarter = (self.calendar_quarter.month + 2) // 3
        return f"{self.ppe_usd / 1_000_000:,.0f} ({self.calendar_quarter.year} Q{quarter})"


@dataclass(frozen=True)
class Vendor:
    """A Chinese vendor: the lists that name it or an affiliate, those of which others say so, and how many were not read."""

    name: str
    listed: str | None
    stated: str | None
    unread: int


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
    capex: dict[str, Capex]
    vendors: tuple[Vendor, ...]

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
            capex={row[0]: Capex(*row) for row in ask(NEWEST_CAPEX)},
            vendors=tuple(Vendor(*row) for row in ask(VENDORS)),
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
    if not outcome.capex:
        empty.append("no company has a quarter")
    if not any(vendor.listed for vendor in outcome.vendors):
        empty.append("no vendor is on a list")
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
