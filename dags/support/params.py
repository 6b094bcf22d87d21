"""What a person may say when starting a run by hand: JSON schemas, so that a typing error stops before any request."""

from __future__ import annotations

from airflow.sdk import Param  # noqa: TID253 - read by DAG files


def month(title: str) -> Param:
    """A month like 2026-07, or nothing."""
    return Param(
        None,
        type=["null", "string"],
        pattern=r"^\d{4}-(0[1-9]|1[0-2])$",
        title=title,
        description="A month like 2026-07, included. Empty: the source's own habit.",
    )


def day(title: str) -> Param:
    """A day like 2026-07-31, or nothing."""
    return Param(
        None,
        type=["null", "string"],
        format="date",
        title=title,
        description="A day like 2026-07-31, included. Empty: the source's own habit.",
    )


def sources(names: list[str]) -> Param:
    """Some of the DAG's sources, all by default."""
    return Param(
        names,
        type="array",
        items={"type": "string", "enum": names},
        minItems=1,
        uniqueItems=True,
        title="Sources",
        description="Which sources to ask.",
    )


def feeds() -> Param:
    """Some feeds by key, all by default."""
    return Param(
        None,
        type=["null", "array"],
        items={"type": "string", "pattern": "^[a-z][a-z0-9_]*$"},
        title="Feeds",
        description="Keys of feeds, one a line, as in extractors/news/feeds.toml. Empty: all.",
    )


def dry_run() -> Param:
    """Whether the run only says what it would ask."""
    return Param(
        False,
        type="boolean",
        title="Dry run",
        description="Only say, in the log of each fetch, what would be asked: no request is made.",
    )
