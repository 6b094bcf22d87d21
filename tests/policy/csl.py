"""A small Consolidated Screening List of invented parties in the documented shape, for tests: synthetic."""

from __future__ import annotations

import csv
import io

from extractors.policy.us_csl import COLUMNS

ENTITY = {
    "_id": "e1",
    "source": "Entity List (EL) - Bureau of Industry and Security",
    "name": "Example Turbine Works (ETW); 例子",
    "addresses": "1 Example Road, Hefei, CN; 2 Example Road, Hefei, CN",
    "alt_names": "ETW; Example Works",
    "federal_register_notice": "90 FR 1",
    "start_date": "2025-01-16",
    "license_requirement": "For all items subject to the EAR.",
}
SANCTIONED = {
    "_id": "501",
    "source": "Specially Designated Nationals (SDN) - Treasury Department",
    "entity_number": "501",
    "type": "Entity",
    "programs": "NPWMD; IFSR",
    "name": "=HYPERLINK(\"x\"), 'Example' Shipping\nCo",
    "start_date": "2020-02-29",
    "end_date": "2056-06-29",
}
PERSON = SANCTIONED | {"_id": "502", "type": "Individual", "name": "A Person"}
BORN = ENTITY | {"_id": "e2", "name": "Another Person", "dates_of_birth": "1978-12-05"}
PARTIES = (ENTITY, SANCTIONED, PERSON, BORN)


def body(*parties: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> bytes:
    """The list as the service writes it: header plain, every other cell quoted."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(columns)
    quoted = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    quoted.writerows([party.get(name, "") for name in columns] for party in parties or PARTIES)
    return out.getvalue().encode()
