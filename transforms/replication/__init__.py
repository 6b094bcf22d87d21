"""Published figures, worked out again in every build: what a release says of them, and what it no longer reproduces."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.errors import CheckFailed

if TYPE_CHECKING:
    from warehouse.home import Home
    from warehouse.query import Result

FIGURES = (
    "select publication, figure_id, statistic, published, computed, tolerance, unit, outcome, is_identity, is_negative, mark, "
    "reason, claim from marts.replication order by publication, figure_id"
)
PUBLICATIONS = "select * exclude (data_vintage) from marts.replication_source order by publication"
_OUTCOMES = "select figure_id, outcome from marts.replication where counts"


@dataclass(frozen=True)
class Replication:
    """What a release says: rows of `marts.replication` and of `marts.replication_source`, and figures lost since the last one.

    `lost` are figures that the release before reproduced and this one misses.
    """

    release: str
    figures: Result
    publications: Result
    lost: tuple[str, ...]

    def require_kept(self) -> None:
        """Raise `CheckFailed` naming the figures that were lost."""
        if self.lost:
            raise CheckFailed(
                f"reproduced by the release before and missed by {self.release}: {', '.join(self.lost)}"
            )


def replicate(home: Home) -> Replication | None:
    """What the current release of a home says; None when there is none.

    Raises `EnvironmentFault` for a release that was made without such tables, or cannot be read.
    """
    from warehouse import release as releases
    from warehouse.query import told

    shown = releases.current(home)
    if shown is None:
        return None
    now = dict(told(shown.database, _OUTCOMES).rows)
    before = releases.before(home, shown)
    earlier = _outcomes(before.database) if before else {}
    lost = tuple(sorted(f for f, outcome in now.items() if outcome == "miss" and earlier.get(f) == "match"))
    return Replication(shown.name, told(shown.database, FIGURES), told(shown.database, PUBLICATIONS), lost)


def _outcomes(database: Path) -> dict[str, str]:
    """Outcome by figure, of those that count; nothing for a release made before there was such a table."""
    from warehouse.query import QueryFailed, query

    try:
        return dict(query(database, _OUTCOMES).rows)
    except QueryFailed as error:
        if error.not_held:
            return {}
        raise
