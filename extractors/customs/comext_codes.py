"""Eurostat's codes in trade data: who reports, what a partner code is, and how deep a product code goes."""

from __future__ import annotations

import re

UNION = "EU27"
MEMBERS = {
    "AT": "AUT", "BE": "BEL", "BG": "BGR", "CY": "CYP", "CZ": "CZE", "DE": "DEU", "DK": "DNK", "EE": "EST",
    "ES": "ESP", "FI": "FIN", "FR": "FRA", "GR": "GRC", "HR": "HRV", "HU": "HUN", "IE": "IRL", "IT": "ITA",
    "LT": "LTU", "LU": "LUX", "LV": "LVA", "MT": "MLT", "NL": "NLD", "PL": "POL", "PT": "PRT", "RO": "ROU",
    "SE": "SWE", "SI": "SVN", "SK": "SVK",
}  # fmt: skip
REPORTERS = {**MEMBERS, "GB": "GBR", "EU27_2020": UNION}
FLOWS = {"1": ("import", "CIF"), "2": ("export", "FOB")}
EXTRA, WORLD = "EXT_EU27_2020", "WORLD"
# Partners of the union that lie inside it: Northern Ireland, and what is not told by name within intra-EU trade.
_INSIDE = {*MEMBERS, "XI", "QR", "QV", "QY"}
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


def partner_kind(reporter: str, code: str) -> str:
    """`country`, `group` or `world`; the union's world is what lies outside it."""
    if code == (EXTRA if reporter == UNION else WORLD):
        return "world"
    if _COUNTRY.fullmatch(code) and not (reporter == UNION and code in _INSIDE):
        return "country"
    return "group"


def level(product: str) -> str | None:
    """HS2, HS4, HS6 or HS8 by the digits, TOTAL for all goods; HS8 for a withheld remainder (85XXXXXX); else None."""
    if product == "TOTAL":
        return "TOTAL"
    if re.fullmatch(r"\d{2}[\dX]{6}", product, re.ASCII):
        return "HS8"
    return f"HS{len(product)}" if re.fullmatch(r"(\d\d){1,3}", product, re.ASCII) else None
