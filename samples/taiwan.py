"""Write the file of Taiwan's portal that the demonstration brings by hand, from a saved one."""

from __future__ import annotations

import csv
import io
from pathlib import Path

SAVED = "customs/taiwan/taiwan_customs_exports_8542_by_cccode_raw.csv"
TARGET = "inbox/taiwan_customs/exports_8542.csv"
FIRST_YEAR = 111  # of the Republic of China: 2022
SIDE = """\
evidence = "rebuilt"
origin = "a0013333j-png/data-visualization-labs@5dff286 (file of Taiwan's customs portal, exports of heading 8542); \
periods from 2022 on, names of goods left out"
"""


def write(root: Path, target: Path) -> None:
    """The lines from 2022 on in the portal's columns, names blank, and the side file."""
    with (root / SAVED).open(encoding="utf-8", newline="") as handle:
        header, *rows = csv.reader(handle)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(header)
    table.writerows(
        [flow, label, code, "", "", value]
        for flow, label, code, _, _, value in rows
        if int(label[:3]) >= FIRST_YEAR
    )
    path = target / TARGET
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(out.getvalue(), encoding="utf-8")
    path.with_name(path.name + ".toml").write_text(SIDE, encoding="utf-8")
