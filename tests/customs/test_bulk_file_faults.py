"""Detail files that are wrong: records, members, zips, and what is said of them."""

from __future__ import annotations

import pytest

from contracts.errors import SourceChanged
from tests.customs.bulk import GOOD, bulk_file, cells, concord, exported, imported, read
from tests.documents import Saved
from tests.zips import zipped


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (GOOD[:-1], "record 2 is not 688 characters"),
        (GOOD + b"0", "record 2 is not 688 characters"),
        (
            imported("85076000A0", "5700", 1),
            "record 2 has something else than digits in commodity or country",
        ),
        (imported("8507600030", "0003", 1), "record 2 has a partner code that is not a country"),
        (imported("8507600030", "5XXX", 1), "record 2 has something else than digits"),
        (imported("8507600030", "-   ", 1), "record 2 has something else than digits"),
        (imported("8507600030", "5700", 1, month="202505"), "record 2 is of another month than 202506"),
        (imported("8703230100", "5700", 1, month="202406"), "record 2 is of another month than 202506"),
        (imported("8507600030", "5700", " " * 15), "record 2 has gen_val_mo that is no number"),
        (imported("8703230100", "5700", 1, "-" + "1" * 14), "record 2 has con_val_mo that is no number"),
        (imported("8507600030", "5700", "9" * 15), "record 2 has gen_val_mo above"),
    ],
    ids=[
        "short",
        "long",
        "letter",
        "group",
        "continent",
        "world",
        "month",
        "year of a line not kept",
        "blank",
        "minus in a line not kept",
        "absurd",
    ],
)
def test_a_wrong_record_stops_the_file_and_is_named(bad: bytes, said: str) -> None:
    with pytest.raises(SourceChanged, match=said):
        read(bulk_file([GOOD, bad, GOOD]))


def test_a_kind_of_export_that_is_not_known_stops_the_file() -> None:
    with pytest.raises(SourceChanged, match="record 1 is neither a domestic nor a foreign export"):
        read(bulk_file([exported("8507600030", "5700", 1, "3")], flow="export"))


def test_a_wrong_record_behind_the_first_block_keeps_its_number() -> None:
    bad = imported("85076o0030", "5700", 1)
    with pytest.raises(SourceChanged, match="record 50001 has something else"):
        read(bulk_file([GOOD] * 50_000 + [bad]))
    assert cells(bulk_file([GOOD] * 50_000), "HS10", "GEN_VAL") == {("8507600030", "5700"): 50_000}


def test_a_month_that_adds_up_to_nonsense_is_refused() -> None:
    with pytest.raises(SourceChanged, match="adds up to more than"):
        read(bulk_file([imported("8703230100", "5700", 10**13)] * 101))


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"CONCORD.TXT": concord()}, "0 members match IMP_DETL"),
        ({"IMP_DETL.TXT": GOOD}, "0 members match CONCORD"),
        (
            {"CONCORD.TXT": concord(), "IMP_DETL.TXT": GOOD, "b/imp_detl.txt": GOOD},
            "2 members match IMP_DETL",
        ),
        (
            {"CONCORD.TXT": concord(), "EXP_DETL.TXT": exported("8507600030", "5700", 1)},
            "0 members match IMP_DETL",
        ),
        ({"CONCORD.TXT": concord(), "IMP_DETL.TXT": b""}, "the file has no record"),
        ({"CONCORD.TXT": b"", "IMP_DETL.TXT": GOOD}, "CONCORD has no line"),
        ({"CONCORD.TXT": b"<html>\n", "IMP_DETL.TXT": GOOD}, "CONCORD line 1 does not begin"),
        (
            {"CONCORD.TXT": concord(), "IMP_DETL.TXT": b"<!DOCTYPE html>" * 60},
            "record 1 is not 688 characters",
        ),
        (
            {"CONCORD.TXT": concord(), "IMP_DETL.TXT": imported("8703230100", "5700", 1)},
            "no record has one of",
        ),
    ],
    ids=[
        "no detail",
        "no concordance",
        "two details",
        "the other flow",
        "empty detail",
        "empty concordance",
        "page as concordance",
        "page as detail",
        "no kept line",
    ],
)
def test_a_zip_of_other_members_is_refused(members: dict[str, bytes], said: str) -> None:
    with pytest.raises(SourceChanged, match=said):
        read(Saved(zipped(members), scope=bulk_file([]).scope))
