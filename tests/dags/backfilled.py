"""Run what a backfill queued, without a scheduler: `python -m tests.dags.backfilled LOG DAG DAY...` (days of intervals' starts).

`python -m tests.dags.backfilled LOG DAG` only makes Airflow's database and reads the DAG files into it.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from dags.support.run_once import Teller, _load, divert_output, run


def main(log: str, name: str, *days: str) -> int:
    """Exit code 0 when every run of those days succeeded."""
    teller = Teller(divert_output(Path(log)))
    bag = _load()
    if bag.import_errors:
        return 1
    if not days:
        _publish(bag)
        return 0
    states = [_one(bag, name, day, teller) for day in days]
    _cancel_the_rest(name)
    return int(any(state != "success" for state in states))


def _publish(bag: Any) -> None:
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import sync_bag_to_db
    from airflow.utils.session import create_session

    manager: Any = DagBundlesManager
    with create_session() as session:
        manager().sync_bundles_to_db(session=session)
    sync_bag_to_db(bag, "dags-folder", None)


def _cancel_the_rest(name: str) -> None:
    """End the backfill as Airflow's own cancelling does: what is still queued is failed."""
    from airflow.models.backfill import Backfill
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from sqlalchemy import update

    with create_session() as session:
        rest = (DagRun.dag_id == name, DagRun.state == "queued")
        session.execute(update(DagRun).where(*rest).values(state="failed"))
        session.execute(
            update(Backfill).where(Backfill.dag_id == name).values(completed_at=datetime.now(UTC))
        )


def _one(bag: Any, name: str, day: str, teller: Teller) -> str:
    """Run the queued run whose interval begins on a day, as `dag.test()` runs one of its own."""

    def queued(*, dag: Any, session: Any, **others: Any) -> Any:
        from airflow.models.dagrun import DagRun
        from sqlalchemy import select

        runs = session.scalars(select(DagRun).where(DagRun.dag_id == name)).all()
        (found,) = (r for r in runs if f"{r.data_interval_start:%Y-%m-%d}" == day and r.state == "queued")
        assert found.run_type == "backfill"
        found.state, found.start_date = "running", datetime.now(UTC)
        found.dag = dag
        session.commit()
        return found

    with patch("airflow.models.dagrun.get_or_create_dagrun", queued):
        return run(bag, name, teller)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
