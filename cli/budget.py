"""What a fetch would ask, said before it asks: the budget of `--dry-run`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cli.envelope import Reply
from cli.terminal import masked
from contracts.checkup import size

if TYPE_CHECKING:
    from extractors.ingest import Outlook
    from extractors.selection import Selection

STANDINGS = ("new", "missing", "due", "again")
UNCOUNTED = "robots.txt of each host, redirects and retries are not counted"


def rehearsed_into(answer: Reply, selections: Sequence[Selection]) -> list[dict[str, Any]]:
    """Say what a fetch of these would ask now, JSON-ready; the home is neither made nor changed."""
    from extractors import ingest

    home, found = answer.home_to_be(), []
    for selection in selections:
        with answer.attempt():
            found.append(ingest.rehearse(home, selection.source, plan=selection.plan))
    columns = ("source", *STANDINGS, "requests", "settled", "not due", "at most", "hosts")
    answer.table(columns, [_budget(outlook) for outlook in found])
    answer.say(f"requests: {sum(len(outlook.requests) for outlook in found)}; {UNCOUNTED}")
    if names := [outlook.source for outlook in found if outlook.leads_on]:
        answer.say(f"the answers of {', '.join(names)} may lead to more requests, which nobody knows before")
    return [_outlook(outlook) for outlook in found]


def _budget(outlook: Outlook) -> tuple[object, ...]:
    hosts = ", ".join(f"{host} {count}" for host, count in outlook.hosts.items())
    counts = (*outlook.standings.values(), len(outlook.requests), outlook.settled, outlook.not_due)
    return (outlook.source, *counts, size(outlook.max_bytes), hosts or "-")


def _outlook(outlook: Outlook) -> dict[str, Any]:
    return {
        "source": outlook.source,
        "requests": len(outlook.requests),
        "standings": outlook.standings,
        "settled": outlook.settled,
        "not_due": outlook.not_due,
        "hosts": outlook.hosts,
        "max_bytes": outlook.max_bytes,
        "leads_on": outlook.leads_on,
        "urls": [{"standing": standing, "url": masked(url)} for standing, url in outlook.requests],
    }
