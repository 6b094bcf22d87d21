"""The dbt project parsed once a process: whatever a parse sees is its key, so a changed file is parsed anew."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

OF_A_BUILD = frozenset({"build_id", "built_at", "as_of_time"})
"""Variables that each build has its own of: no parse is given them, models have them when they run."""

_kept: dict[tuple[str, str], bytes] = {}


def manifest(
    project: str, variables: Mapping[str, object], parse: Callable[[Mapping[str, object]], Any]
) -> Any:
    """The manifest for one run of dbt, which may write into it.

    `project` names the state of all the files, and whatever else decides; `parse` reads them with the variables it is given.
    """
    from dbt.contracts.graph.manifest import Manifest

    seen = {name: value for name, value in variables.items() if name not in OF_A_BUILD}
    key = (project, json.dumps(seen, sort_keys=True))
    if key not in _kept:
        _kept[key] = parse(seen).to_msgpack()
    return Manifest.from_msgpack(_kept[key])
