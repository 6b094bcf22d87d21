"""Detail file, zip to Parquet: this parser against unzip and DuckDB's own substr parse of the same columns.

Prints seconds, the ratio and the peak memory of each, measured one after the other in processes of their own, and how many
cells differ. Run: python -m benches.bulk_parse [records]
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

RECORDS, DISTRICTS, BLOCK = 3_000_000, 10, 50_000
SCOPE = {"flow": "import", "period": "2025-06", "partners": "all", "complete": True}
MEASURES = {
    "gen_val": 179,
    "con_val": 74,
    "gen_cif": 209,
    "cal_dut": 104,
    "gen_qy1": 149,
    "gen_qy2": 164,
    "con_qy1": 44,
    "con_qy2": 59,
}


def make(path: Path, records: int) -> None:
    """A synthetic month: sorted records of 688 characters, zero-padded, all chapters, a tenth of the months zero."""
    rng = np.random.default_rng(7)
    codes = np.sort(rng.integers(100_000_000, 9_900_000_000, 18_000))
    keys = np.sort(
        rng.choice(codes, records // DISTRICTS) * 10_000 + rng.integers(1000, 8000, records // DISTRICTS)
    )
    keys = keys.repeat(DISTRICTS)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        concord = (
            f"{code:010d}{'A thing':150}{'THING':50}NO KG {'75220':5}{'21300':5}{'334111':6}1{'04':2}\r\n"
            for code in codes.tolist()
        )
        archive.writestr("CONCORD.TXT", "".join(concord))
        with archive.open("IMP_DETL.TXT", "w") as out:
            for start in range(0, len(keys), BLOCK):
                out.write(_block(rng, keys[start : start + BLOCK]))


def _block(rng: np.random.Generator, keys: np.ndarray) -> bytes:
    """Records as one array of characters: digits are written place by place."""
    size = len(keys)
    lines = np.full((size, 690), ord("0"), np.uint8)
    _write(lines[:, :14], keys)
    lines[:, 14:22] = np.frombuffer(b"  270461", np.uint8)
    lines[:, 22:28] = np.frombuffer(b"202506", np.uint8)
    for first in range(28, 688, 15):
        amounts = rng.integers(0, 9_000_000, size) * (rng.random(size) > 0.3)
        _write(lines[:, first : first + 15], amounts)
    lines[:, 688:] = np.frombuffer(b"\r\n", np.uint8)
    return lines.tobytes()


def _write(field: np.ndarray, numbers: np.ndarray) -> None:
    for place in range(field.shape[1]):
        field[:, -1 - place] = ord("0") + numbers // 10**place % 10


def ours(source: Path, target: Path) -> None:
    """The parser and a Parquet writer."""
    import pyarrow.parquet as pq

    from extractors.customs import us_census_bulk

    document: Any = SimpleNamespace(scope=SCOPE, url=source.as_uri(), open=lambda: source.open("rb"))
    writer = None
    for _, batch in us_census_bulk.parse(document):
        writer = writer or pq.ParquetWriter(target, batch.schema, compression="zstd")
        writer.write_batch(batch)
    assert writer
    writer.close()


def theirs(source: Path, target: Path) -> None:
    """Unzip to a file, then one DuckDB statement over it: lines, headings and all goods."""
    import duckdb

    from extractors.customs import kept

    with zipfile.ZipFile(source) as archive:
        name = archive.extract("IMP_DETL.TXT", target.parent)
    listed = ", ".join(f"'{code}'" for code in kept.kept_codes())
    sums = ", ".join(
        f"sum(cast(substr(line, {at}, 15) as bigint)) as {field}" for field, at in MEASURES.items()
    )
    again = ", ".join(f"sum({field}) as {field}" for field in MEASURES)
    duckdb.sql(
        f"""copy (
          with line as (
            select substr(line, 1, 10) as code, substr(line, 11, 4) as partner_code, {sums}
            from read_csv('{name}', columns = {{'line': 'varchar'}}, delim = '\t', header = false, quote = '')
            where substr(line, 23, 6) = '202506' group by 1, 2),
          kept as (
            select * from line where substr(code, 1, 2) in ({listed}) or substr(code, 1, 6) in ({listed}))
          select 'HS10' as level, * from kept
          union all select 'HS6', substr(code, 1, 6) as heading, partner_code, {again} from kept group by heading, partner_code
          union all select 'TOTAL', 'TOTAL', partner_code, {again} from line group by partner_code
        ) to '{target}' (format parquet, compression zstd)"""
    )


def measured(which: str, source: Path, target: Path) -> tuple[float, float]:
    """Seconds and peak MB of one way in a process of its own."""
    command = [sys.executable, __file__, which, str(source), str(target)]
    seconds, megabytes = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), float(megabytes)


def differing(folder: str) -> int:
    """Cells of which the two ways say another thing, over every basis, duty and quantity."""
    import duckdb

    bases = {
        "GEN_VAL": ("gen_val", "-1", "gen_qy1"),
        "CON_VAL": ("con_val", "cal_dut", "con_qy1"),
        "CIF": ("gen_cif", "-1", "-1"),
    }
    found = 0
    for basis, (value, duty, quantity) in bases.items():
        found += duckdb.sql(
            f"""select count(*) from (
              select level, code, partner_code, value, coalesce(duty, -1) as duty, coalesce(quantity_1, -1) as quantity
              from '{folder}/ours.parquet' where flow_basis = '{basis}') a
            full join (
              select level, code, partner_code, {value} as value, {duty} as duty,
                     case level when 'HS10' then {quantity} else -1 end as quantity
              from '{folder}/theirs.parquet') b using (level, code, partner_code)
            where a.value is distinct from b.value or a.duty is distinct from b.duty
               or a.quantity is distinct from b.quantity"""
        ).fetchall()[0][0]
    return found


def main() -> None:
    """Make the file, measure both twice, compare their answers, print the ratio."""
    records = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "bulk.zip")
        make(source, records)
        print(f"zip     {source.stat().st_size / 1e6:,.0f} MB, text {records * 690 / 1e6:,.0f} MB")
        rows = {}
        for which in ("ours", "theirs") * 2:
            rows[which] = measured(which, source, Path(folder, f"{which}.parquet"))
        wrong = differing(folder)
    for which, (seconds, megabytes) in rows.items():
        print(f"{which:7} {seconds:6.2f} s  {megabytes:7.0f} MB peak")
    ratio = rows["ours"][0] / rows["theirs"][0]
    print(f"ratio   {ratio:6.2f}  over {records:,} records, {wrong} cells differ")


def one(which: str, source: str, target: str) -> None:
    """Run one way here and print seconds and peak MB."""
    started = time.perf_counter()
    {"ours": ours, "theirs": theirs}[which](Path(source), Path(target))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(time.perf_counter() - started, peak)


if __name__ == "__main__":
    one(*sys.argv[1:]) if len(sys.argv) == 4 else main()
