"""The tasks an ingest DAG is made of. Read at every parse: all real work is imported when a task runs."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from airflow.sdk import Asset, TaskGroup, XComArg, chain, get_current_context, task  # noqa: TID253 - read by DAG files


@task
def fetch(source: str, unit: str | None) -> dict[str, int]:
    """Ask the source and keep every answer."""
    from dags.support import work

    return work.fetch(source, work.asked(get_current_context(), unit))


@task(trigger_rule="all_done")
def take_in(source: str) -> dict[str, int]:
    """Archive the files that people brought for the source, also when asking it failed."""
    from dags.support import work

    return work.take_in(source, get_current_context())


@task(trigger_rule="all_done")
def parse(source: str) -> dict[str, Any]:
    """Read what is kept and not yet read, also when asking failed: what came before the fault counts."""
    from dags.support import work

    return work.parse(source)


@task(trigger_rule="all_done")
def enrich() -> dict[str, Any]:
    """Say which articles are the same and which tell of one event, also when reading failed: what was read counts."""
    from dags.support import work

    return work.enrich()


@task(trigger_rule="all_done")
def announce(sources: list[str], at_most_every_hours: float, readings: list[Any]) -> dict[str, int]:
    """Ring the bell when the lake holds rows of these sources that no release has; skipped when it does not."""
    from dags.support import work

    return work.announce(sources, at_most_every_hours, readings)


@task(trigger_rule="none_failed")
def verdict() -> None:
    """The run's colour: this does not run when a step before it failed, and the run shows as failed."""


@task
def build_and_release() -> str:
    """Build the warehouse over today's lake, check it, release it."""
    from dags.support import work

    return work.build_and_release()


@task
def replicate() -> dict[str, int]:
    """Count the published figures that the current release reproduces."""
    from dags.support import work

    return work.replicate()


def ingest(
    sources: list[str],
    bell: Asset,
    *,
    unit: str | None = None,
    at_most_every_hours: float = 0,
    enriched: str | None = None,
    brought: Collection[str] = (),
) -> None:
    """Fetch and parse each source on its own, then ring `bell` once; for use inside a `with DAG(...)`.

    The files that people bring for the sources `brought` are taken in before they are read; one that is not among
    `sources` is only brought and not asked.
    `unit` ("month" or "day") says what a window of this DAG is made of, None that there is no window. With
    `enriched`, the source under which the lake keeps what is made of their texts, that is made before the bell rings.
    """
    steps: list[XComArg] = []
    readings: list[XComArg] = []
    asked, sources = sources, [*sources, *(source for source in brought if source not in sources)]
    for source in sources:
        with TaskGroup(source):
            made_of_it = [fetch(source, unit)] if source in asked else []
            made_of_it += [take_in(source)] if source in brought else []
            made_of_it.append(parse(source))
            chain(*made_of_it)
        steps += made_of_it
        readings.append(made_of_it[-1])
    if enriched is not None:
        made = enrich()
        chain(readings, made)
        steps, readings, sources = [*steps, made], [*readings, made], [*sources, enriched]
    announced = announce.override(outlets=[bell])(sources, at_most_every_hours, readings)
    chain([*steps, announced], verdict())
