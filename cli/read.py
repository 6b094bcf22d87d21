"""One saved response through a parser: the shortest way to see what a source's code makes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import terminal
from cli.envelope import AsJson, BadArgument, Reply, add_command, reply

CELL_CHARACTERS = 120


def add_to(app: typer.Typer) -> None:
    """Add this group's command."""
    add_command(app, read)


def read(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The source whose parser reads it.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A saved body, or a .warc.gz.")],
    url: Annotated[
        str | None, typer.Option("--url", help="Where it came from; picks records of a WARC.")
    ] = None,
    scope: Annotated[
        str | None, typer.Option("--scope", help="What it answers, as JSON; by default what the URL says.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Parse one saved response and print its rows; stores nothing, needs no home.

    For example:
      chokepoint read us_census_port PORTHS6MM2601.ZIP
      chokepoint read news samples/day1/news.warc.gz --url https://riverline.example/feed.xml --json

    A table shows the first 120 characters of a cell; --json shows everything.
    """
    with reply("read", as_json) as answer:
        from cli.saved import documents
        from extractors import registry

        chosen = registry.source(source)
        answer.data = []
        for document in documents(chosen, file, url, _scope(scope)):
            with answer.attempt(), _asking_for_a_scope(chosen, document):
                _read_one(answer, chosen, document)


def _read_one(answer: Reply, source: Any, document: Any) -> None:
    from extractors.ingest import read_document

    batches: dict[str, list[dict[str, object]]] = {}
    for dataset, batch in read_document(source, document):
        batches.setdefault(dataset, []).extend(batch.to_pylist())
    added = list(source.new_columns(document))
    rows = {name: [terminal.plain(row) for row in found] for name, found in batches.items()}
    answer.data.append({"url": document.url, "rows": rows, "new_columns": added})
    if added:
        answer.warn(f"{document.url} has columns the parser does not know: {', '.join(added)}")
    answer.say(document.url)
    for name, found in sorted(batches.items()):
        answer.say(f"{name}: {len(found)} rows")
        columns = list(found[0]) if found else []
        answer.table(columns, [list(row.values()) for row in found], limit=CELL_CHARACTERS)


@contextmanager
def _asking_for_a_scope(source: Any, document: Any) -> Iterator[None]:
    """A parser that misses its scope is no fault of ours where the command said none; shows what one looks like."""
    from contracts.document import Window

    try:
        yield
    except KeyError as missing:
        if document.scope:
            raise
        shown = json.dumps(next((dict(fetch.scope) for fetch in source.plan(Window()) if fetch.scope), {}))
        raise BadArgument(
            f"{source.info.source} does not know what {document.url} answers ({missing} is missing): "
            f"say --url as the source asks it, or --scope, such as --scope '{shown}'"
        ) from None


def _scope(text: str | None) -> Mapping[str, object] | None:
    try:
        scope = json.loads(text) if text is not None else None
    except json.JSONDecodeError as error:
        raise BadArgument(f"--scope is not JSON: {error}") from None
    if scope is not None and not isinstance(scope, dict):
        raise BadArgument('--scope must be a JSON object such as {"kind": "feed", "feed": "x"}')
    return scope
