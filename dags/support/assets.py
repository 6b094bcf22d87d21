"""The bells. A bell says that something new lies in the lake; what it is, the run that answers looks up itself."""

from __future__ import annotations

from airflow.sdk import Asset  # noqa: TID253 - read by DAG files

CAPEX = Asset(name="capex", uri="chokepoint://lake/capex", group="lake")
CUSTOMS = Asset(name="customs", uri="chokepoint://lake/customs", group="lake")
REFERENCE = Asset(name="reference", uri="chokepoint://lake/reference", group="lake")
NEWS = Asset(name="news", uri="chokepoint://lake/news", group="lake")
