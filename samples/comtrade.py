"""Write the UN Comtrade recordings of the demonstration: answers of the API, and a file as its web site gives it.

Called by `python -m samples.rebuild`. The requests are those of `queries.toml`; a period that the tables do not have is not
there, a field that they do not have is null.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from contracts.document import Fetch, Window
from extractors.customs import m49, un_comtrade
from extractors.customs.comtrade_answer import KNOWN
from extractors.customs.comtrade_record import LEVEL_DIGITS
from extractors.customs.comtrade_request import Asked, from_scope
from samples.record import keep

SHAPE = "real figures put into the documented shape of the answer; the bytes are not a recording"
CONNECTORS = (
    "depanshu-singh27/Global-Trade-Supply-Chain-Explorer@5ae92a0:data/release/demo/trade_detailed_top20.parquet (UN Comtrade, "
    "annual, HS4, 20 reporters and partners, no world row); {shape}; the table has primary values only: cifvalue of imports and "
    "fobvalue of exports repeat them, and fobvalue those of Mexico's imports, as Comtrade's answers about HS 850760 do"
)
LITHIUM = (
    "ZZZZZZZJL/EV-Battery-Chemistry-Trade-Flow-Analysis@c546d56:data/UNComtrade_{{Y}}_Import_ByPartner/reporter_{{R}}/"
    "{{R}}_850760_M_{{Y}}_partners.csv (UN Comtrade); {shape}; 20 of its 47 fields, a cif or fob value of 0 beside the other one is null"
)
CHIPS = (
    "a0013333j-png/data-visualization-labs@5dff286:self-extended-practice/semiconductor-tariff-impact-taiwan/data/raw (a file of "
    "the Comtrade Plus web site); the rows of {n} reporters in the same shape; texts of goods and modes left out"
)
FOB_IMPORTS = {"MEX", "CAN", "ZAF"}
UNITS = {"u": 5, "kg": 8, "N/A": -1}
CHIP_EXPORTERS = (
    "USA",
    "CHN",
    "VNM",
    "THA",
    "MEX",
    "MYS",
    "S19",
    "KOR",
    "SGP",
    "IND",
    "DEU",
    "JPN",
    "HKG",
    "PHL",
)
INBOX_FILE = "hs8542_exports_to_world_2013_2024.csv"
TEXTS_LEFT_OUT = frozenset({"cmdDesc", "customsDesc", "motDesc", "partner2Desc", "flowDesc"})
Row = Mapping[str, str]
Record = dict[str, object]


def connectors(root: Path) -> Iterator[Record]:
    """Records of the table of HS4 headings between 20 countries."""
    codes = {v.name: code for code, v in m49.reporters().items() if f"{v.last:%Y}" == "9999"}
    path = root / "customs/hs6/comtrade_hs4_ch85/comtrade_hs4_20x20_2019_2024_dc.csv.gz"
    for row in _table(path):
        reporter, value, flow = row["reporter_iso3"], row["trade_value_usd"], row["flow_code"]
        fob = flow == "X" or reporter in FOB_IMPORTS
        yield _record(
            {
                "period": row["year"],
                "reporterCode": codes[reporter],
                "reporterISO": reporter,
                "flowCode": flow,
                "partnerCode": codes[row["partner_iso3"]],
                "partnerISO": row["partner_iso3"],
                "classificationCode": row["hs_revision"],
                "cmdCode": row["hs_code"],
                "qtyUnitAbbr": row["quantity_unit"],
                "qty": row["quantity"],
                "netWgt": row["net_weight_kg"],
                "primaryValue": value,
                "fobvalue" if fob else "cifvalue": value,
            }
        )


def lithium(root: Path) -> Iterator[Record]:
    """Records of the table of imports of HS 850760 by partner."""
    path = root / "customs/hs6/comtrade_850760/comtrade_imports_850760_reporter_x_partner_2020_2024.csv.gz"
    for row in _table(path):
        absent = [
            n for n, o in (("cifvalue", "fobvalue"), ("fobvalue", "cifvalue")) if row[n] == "0" != row[o]
        ]
        yield _record({**row, **dict.fromkeys(absent, "")})


def _table(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


def _record(row: Row) -> Record:
    """A record of all documented fields: those of the row, those that the request pins, null for the rest."""
    code, unit = row["cmdCode"], row["qtyUnitAbbr"]
    pinned = {
        "partner2Code": 0,
        "motCode": 0,
        "customsCode": "C00",
        "mosCode": "0",
        "typeCode": "C",
        "freqCode": "A",
    }
    year = {"refPeriodId": int(row["period"] + "0101"), "refYear": int(row["period"]), "refMonth": 52}
    known: Record = {name: row.get(name) or None for name in KNOWN}
    known |= {
        name: _number(row[name])
        for name in ("qty", "netWgt", "cifvalue", "fobvalue", "primaryValue")
        if row.get(name)
    }
    known |= {name: int(row[name]) for name in ("reporterCode", "partnerCode")}
    known |= {name: row[name] == "True" for name in row if name.startswith("is")}
    known |= {"classificationSearchCode": "HS", "isOriginalClassification": True}
    known |= {"aggrLevel": LEVEL_DIGITS.get(code, len(code)), "qtyUnitCode": UNITS[unit]}
    return dict(sorted((known | pinned | year).items()))


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)


def answer(asked: Asked, records: list[Record]) -> bytes | None:
    """The answer to a request from the records it covers; None where there is none."""
    found = [record for record in records if _covers(asked, record)]
    envelope = {"elapsedTime": None, "count": len(found), "data": found, "error": ""}
    return json.dumps(envelope, separators=(",", ":")).encode() if found else None


def _covers(asked: Asked, record: Record) -> bool:
    return (
        str(record["reporterCode"]) in asked.reporters
        and record["period"] in asked.periods
        and record["flowCode"] in asked.flows
        and record["cmdCode"] in asked.codes
        and (asked.partners is None or str(record["partnerCode"]) in asked.partners)
    )


def recordings(root: Path) -> Iterator[tuple[str, Fetch, str, bytes]]:
    """File name, request, origin and body of every answer the tables give."""
    tables = {
        "lithium_ion": (LITHIUM.format(shape=SHAPE), list(lithium(root))),
        "connectors": (CONNECTORS.format(shape=SHAPE), list(connectors(root))),
    }
    for fetch in (
        [*un_comtrade.plan(Window()), un_comtrade.SOURCE.probe.fetch()] if un_comtrade.SOURCE.probe else ()
    ):
        asked = from_scope(fetch.scope)
        name = "lithium_ion" if asked.codes == ("850760",) else "connectors"
        origin, records = tables[name]
        if body := answer(asked, records):
            yield name, fetch, origin, body


def chips(root: Path) -> bytes:
    """The file of exports of HS 8542 to the world as the web site writes one: Latin-1, quoted, one field more than names."""
    path = next((root / "customs/comtrade").glob("comtradeplus_csv_annual_HS8542_*.csv"))
    header, *lines = csv.reader(io.StringIO(path.read_bytes().decode("latin-1"), newline=""))
    at = header.index("reporterISO")
    out = [",".join(header)]
    for cells in (line for line in lines if line[at] in CHIP_EXPORTERS):
        kept = ["" if name in TEXTS_LEFT_OUT else cell for name, cell in zip(header, cells, strict=False)]
        out.append(",".join(f'"{cell}"' if cell else "" for cell in kept) + ",")
    return ("\r\n".join(out) + "\r\n").encode("latin-1")


def write(root: Path, target: Path, at: datetime, say: Callable[[str], None] = print) -> None:
    """Replace the Comtrade records below `target`/day1 and the file below `target`/inbox; other files are left alone."""
    day = target / "day1"
    found: dict[str, list[bytes]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, fetch, origin, body in recordings(root):
            keep(Path(folder, "one"), fetch, "application/json; charset=utf-8", origin, body, at)
            found.setdefault(name, []).append(Path(folder, "one").read_bytes())
    for name, records in found.items():
        (day / f"un_comtrade-{name}.warc.gz").write_bytes(b"".join(records))
        say(f"day1/un_comtrade-{name}: {len(records)} answers, {sum(map(len, records)):,} bytes")
    inbox = target / "inbox/un_comtrade_plus"
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / INBOX_FILE).write_bytes(chips(root))
    origin = json.dumps(CHIPS.format(n=len(CHIP_EXPORTERS)))
    (inbox / f"{INBOX_FILE}.toml").write_text(f'evidence = "rebuilt"\norigin = {origin}\n', "utf-8")
