"""`chokepoint news search`: words in the articles of the current release."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.envelope import AsJson, BadArgument, reply
from cli.terminal import plain
from contracts.errors import EnvironmentFault
from contracts.text import printable

if TYPE_CHECKING:
    from warehouse.release import Release

COLUMNS = ("date", "outlet", "title", "url", "score", "matched")
MAX_QUESTION_CHARACTERS = 2_000
TITLE_CHARACTERS = 90
TIMEOUT_SECONDS = 60.0
_SEARCH = """
    select dated_at, outlet, title, url, language, score, words_found, words_asked, fields
    from marts.search(?)
    where dated_at >= coalesce(cast(? as timestamptz), dated_at) and dated_at <= coalesce(cast(? as timestamptz), dated_at)
    order by score desc, dated_at desc, url_key
    limit ?
"""


def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS...", help="What to look for.")],
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day, UTC.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day, UTC.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="So many articles at most.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Find articles of the current release by words, best first; Chinese in either script.

    For example:
      chokepoint news search "transformers Vietnam" --from 2026-11-01
      chokepoint news search "变压器 越南" --json

    Titles count most, then leads, then the beginning of texts; the date is the publisher's, else when it was first
    seen. Where only headlines may be kept, only titles are searched.
    """
    with reply("news search", as_json) as answer:
        question = " ".join(words)
        if not any(map(str.isalnum, question)):
            raise BadArgument("there is no word to search for")
        if first and last and first > last:
            raise BadArgument(f"--from {first:%Y-%m-%d} is after --to {last:%Y-%m-%d}")
        if len(question) > MAX_QUESTION_CHARACTERS:
            answer.warn(f"only the first {MAX_QUESTION_CHARACTERS:,} characters are searched for")
        home = answer.home()
        from warehouse.release import current

        release = current(home)
        if release is None:
            raise EnvironmentFault("there is no release yet: run `chokepoint run`")
        found = _found(release, question[:MAX_QUESTION_CHARACTERS], first, last, limit)
        answer.data = {"release": release.name, "articles": found}
        answer.table(COLUMNS, [_cells(row) for row in found])
        if not found:
            answer.say("no article holds these words")


def _found(
    release: Release, question: str, first: datetime | None, last: datetime | None, limit: int
) -> list[dict[str, Any]]:
    from warehouse.query import query

    has = "select count(*) from duckdb_functions() where schema_name = 'marts' and function_name = 'search'"
    if not query(release.database, has).rows[0][0]:
        raise EnvironmentFault(
            f"release {release.name} cannot be searched: build a new one by `chokepoint run`"
        )
    if not query(release.database, "select count(*) from marts.article").rows[0][0]:
        raise EnvironmentFault(
            f"release {release.name} holds no news: run `chokepoint fetch news`, then `chokepoint run`"
        )
    values = [printable(question), _moment(first, time.min), _moment(last, time.max), limit]
    result = query(release.database, _SEARCH, timeout_seconds=TIMEOUT_SECONDS, values=values)
    return [{name: plain(v) for name, v in zip(result.columns, row, strict=True)} for row in result.rows]


def _moment(day: datetime | None, clock: time) -> datetime | None:
    return None if day is None else datetime.combine(day, clock, UTC)


def _cells(row: dict[str, Any]) -> list[str]:
    title = printable(row["title"] or "-", TITLE_CHARACTERS)
    return [row["dated_at"][:10], row["outlet"], title, row["url"], f"{row['score']:.2f}", row["fields"]]
