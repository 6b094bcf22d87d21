"""Port file, zip to Parquet: this parser against unzip and DuckDB's own substr parse of the same columns.

Prints seconds, the ratio and the peak memory of each, measured one after the other in processes of their own.
Run: python -m benches.port_parse [records]
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

RECORDS, PORTS = 3_000_000, 12


def make(path: Path, records: int) -> None:
    """A synthetic month: sorted records of 230 characters, zero-padded, all chapters."""
    rng = np.random.default_rng(7)
    keys = np.sort(rng.integers(10_000_000, 1_000_000_000, records // PORTS)).repeat(PORTS)
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("PORTHS6MM2506.TXT", "w") as out,
    ):
        for start in range(0, len(keys), 100_000):
            chunk = keys[start : start + 100_000]
            values = rng.integers(0, 9_000_000, (len(chunk), 14))
            lines = [
                f"{key // 1000:06d}{1000 + key % 1000 * 9:04d}{port % 10_000:04d}202506"
                + "".join(f"{value:015d}" for value in row)
                + "\r\n"
                for port, (key, row) in enumerate(zip(chunk.tolist(), values.tolist(), strict=True), start)
            ]
            out.write("".join(lines).encode())


def ours(source: Path, target: Path) -> None:
    """The parser and a Parquet writer."""
    import pyarrow.parquet as pq

    from extractors.customs import us_census_port

    document: Any = SimpleNamespace(scope=SCOPE, url=source.as_uri(), open=lambda: source.open("rb"))
    writer = None
    for _, batch in us_census_port.parse(document):
        writer = writer or pq.ParquetWriter(target, batch.schema, compression="zstd")
        writer.write_batch(batch)
    assert writer
    writer.close()


def theirs(source: Path, target: Path) -> None:
    """Unzip to a file, then one DuckDB statement."""
    import duckdb

    from extractors.customs import kept

    listed = ", ".join(f"'{code}'" for code in kept.kept_codes())
    with zipfile.ZipFile(source) as archive:
        name = archive.extract(archive.namelist()[0], target.parent)
    duckdb.sql(
        f"""copy (
          select substr(line, 1, 6) as code, substr(line, 7, 4) as partner_code,
                 sum(cast(substr(line, 21, 15) as decimal(20, 2))) as value
          from read_csv('{name}', columns = {{'line': 'varchar'}}, delim = '\t', header = false, quote = '')
          where substr(line, 15, 6) = '202506'
            and (substr(line, 1, 2) in ({listed}) or substr(line, 1, 6) in ({listed}))
          group by all order by all
        ) to '{target}' (format parquet, compression zstd)"""
    )


SCOPE = {
    "flow": "import",
    "level": "HS6",
    "codes": "all",
    "period": "2025-06",
    "partners": "all",
    "complete": True,
}


def measured(which: str, source: Path, target: Path) -> tuple[float, float]:
    """Seconds and peak MB of one way in a process of its own."""
    command = [sys.executable, __file__, which, str(source), str(target)]
    seconds, megabytes = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), float(megabytes)


def main() -> None:
    """Make the file, measure both, compare their answers, print the ratio."""
    records = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "port.zip")
        make(source, records)
        rows = {}
        for which in ("ours", "theirs") * 2:
            rows[which] = measured(which, source, Path(folder, f"{which}.parquet"))
        import duckdb

        differing = duckdb.sql(
            f"""select count(*) from (select code, partner_code, value from '{folder}/ours.parquet') a
            full join '{folder}/theirs.parquet' b using (code, partner_code)
            where a.value is distinct from b.value"""
        ).fetchall()[0][0]
    for which, (seconds, megabytes) in rows.items():
        print(f"{which:7} {seconds:6.2f} s  {megabytes:7.0f} MB peak")
    print(
        f"ratio   {rows['ours'][0] / rows['theirs'][0]:6.2f}  over {records:,} records, {differing} cells differ"
    )


def one(which: str, source: str, target: str) -> None:
    """Run one way here and print seconds and peak MB."""
    started = time.perf_counter()
    {"ours": ours, "theirs": theirs}[which](Path(source), Path(target))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(time.perf_counter() - started, peak)


if __name__ == "__main__":
    one(*sys.argv[1:]) if len(sys.argv) == 4 else main()
