"""M49, the codes of the United Nations, of some countries by ISO 3166 alpha-3."""

from __future__ import annotations

M49 = {
    "USA": "842",
    "CHN": "156",
    "HKG": "344",
    "MAC": "446",
    "DEU": "276",
    "IND": "699",
    "KOR": "410",
    "MEX": "484",
    "MYS": "458",
    "SGP": "702",
    "THA": "764",
    "TWN": "490",
    "VNM": "704",
}
