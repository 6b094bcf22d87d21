"""Baskets are what they say they are, and a version that was published never changes."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from transforms.basket_rules import faults, published
from transforms.baskets import (
    SEEDS,
    Basket,
    NotComparable,
    UnknownBasket,
    basket_hash,
    compare,
    load,
    touched,
    version_order,
)

PUBLISHED = published((Path(__file__).parent / "basket_hashes.txt").read_text(encoding="utf-8"))
SHARED = Path(__file__).parents[3] / "shared"
CATALOGUE = load()


def made(version: str, *codes: str, published_on: str = "2026-11-22", level: str = "HS6") -> Basket:
    members = tuple((level, code) for code in codes)
    words = {"title": "t", "origin": "o", "licence": "l", "changelog": "c", "note": "", "unit": "USD"}
    return Basket(
        basket_id="b",
        version=version,
        hash=basket_hash(version, members),
        published_on=published_on,
        level=level,
        members=members,
        **words,
    )


FIRST, SECOND = made("1.9.0", "850760"), made("1.10.0", "850760", "850440")
SHIPPED = {("b", "1.9.0"): FIRST.hash, ("b", "1.10.0"): SECOND.hash}


def test_the_seeds_have_no_fault() -> None:
    assert faults(CATALOGUE.baskets, PUBLISHED) == []


def test_a_second_version_has_no_fault() -> None:
    assert faults([FIRST, SECOND], SHIPPED) == []


@pytest.mark.parametrize(
    ("baskets", "said"),
    [
        ([replace(FIRST, hash="0" * 64), SECOND], "b@1.9.0: its hash is not that of its list"),
        ([FIRST, made("1.10.0", "850760")], "b@1.10.0 has the same list as 1.9.0"),
        ([made("1.9.0", "850423"), SECOND], "b@1.9.0 was published with another list"),
        ([SECOND, FIRST], "b@1.9.0 stands after 1.10.0: versions must ascend"),
        ([FIRST, SECOND, SECOND], "b@1.10.0 is listed 2 times"),
        ([FIRST, replace(SECOND, published_on="2026-11-21")], "b@1.10.0 was published before 1.9.0"),
        ([FIRST], "b@1.10.0 was published and is gone"),
        ([FIRST, SECOND, made("2.0.0", "850423")], "b@2.0.0 is not in the list of published hashes"),
        ([FIRST, made("1.10.0", "850760", "850760")], "b@1.10.0 lists a code twice"),
        ([FIRST, made("1.10.0")], "b@1.10.0 has no members"),
        ([FIRST, made("1.10.0", "8507")], "b@1.10.0 has a code that is not 6 digits"),
        ([FIRST, made("1.10.0", "85076٠")], "b@1.10.0 has a code that is not 6 digits"),
        ([FIRST, replace(SECOND, level="HS4")], "b@1.10.0 has codes of another level than HS4"),
        ([FIRST, replace(SECOND, changelog="")], "b@1.10.0 does not say its changelog"),
        ([made("1.9", "850760"), SECOND], "b@1.9: '1.9' is not MAJOR.MINOR.PATCH"),
        ([made("1.09.0", "850760"), SECOND], "b@1.09.0: '1.09.0' is not MAJOR.MINOR.PATCH"),
    ],
)
def test_a_fault_is_named(baskets: list[Basket], said: str) -> None:
    assert [fault for fault in faults(baskets, SHIPPED) if fault.startswith(said)]


def test_an_edit_with_a_new_hash_is_seen_all_the_same(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SEEDS, tmp_path / "baskets"))
    edited = CATALOGUE.find("fed3")
    text = (folder / "basket_member.csv").read_text(encoding="utf-8")
    (folder / "basket_member.csv").write_text(text.replace("fed3,1.0.0,HS6,847330\n", ""), encoding="utf-8")
    text = (folder / "basket.csv").read_text(encoding="utf-8")
    fewer = [member for member in edited.members if member[1] != "847330"]
    (folder / "basket.csv").write_text(
        text.replace(edited.hash, basket_hash("1.0.0", fewer)), encoding="utf-8"
    )
    assert faults(load(folder).baskets, PUBLISHED) == [
        "fed3@1.0.0 was published with another list: a changed list is a new version"
    ]


def test_members_of_no_basket_are_refused(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SEEDS, tmp_path / "baskets"))
    with (folder / "basket_member.csv").open("a", encoding="utf-8") as lines:
        lines.write("fed3,1.1.0,HS6,847150\n")
    with pytest.raises(ValueError, match=r"members of no basket: fed3@1\.1\.0"):
        load(folder)


def test_a_changed_list_has_another_hash() -> None:
    assert basket_hash("1.0.0", [("HS6", "850760")]) != basket_hash("1.0.1", [("HS6", "850760")])
    assert basket_hash("1.0.0", [("HS6", "850760")]) != basket_hash("1.0.0", [("HS4", "850760")])


def test_basket_sizes() -> None:
    sizes = {
        "ch84_85_90": 3,
        "dc_core": 13,
        "dc_broad": 41,
        "dc_wide": 83,
        "dc_broad_hts10": 73,
        "power_stack_narrow": 12,
        "power_stack_broad": 31,
        "generation": 7,
        "fed3": 3,
        "li_ion": 1,
        "waugh_high_v3": 655,
        "ce_exempt_apr2025": 109,
        "s232_semi_jan2026": 10,
    }
    assert {name: len(CATALOGUE.find(f"{name}@1.0.0").members) for name in sizes} == sizes


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("dc_core", "dc_broad"),
        ("dc_broad", "dc_wide"),
        ("power_stack_narrow", "power_stack_broad"),
        ("power_stack_broad", "dc_wide"),
        ("generation", "dc_wide"),
    ],
)
def test_a_wider_basket_holds_the_narrower(narrow: str, wide: str) -> None:
    assert CATALOGUE.find(narrow).codes < CATALOGUE.find(wide).codes


def test_the_power_stack_makes_no_power() -> None:
    assert CATALOGUE.find("generation").codes.isdisjoint(CATALOGUE.find("power_stack_broad").codes)


@pytest.mark.parametrize(
    ("basket_id", "path", "column"),
    [
        ("waugh_high_v3", "data/customs/ai_trade_index/hs10_high_relevance_imports_655.csv", "hs10"),
        ("ce_exempt_apr2025", "data/tariff/consumer_electronics_EO14257_apr11.csv", "HTSUS"),
        ("s232_semi_jan2026", "data/tariff/yale/s232_semi_products.csv", "hts10"),
    ],
)
def test_a_published_list_is_whole(basket_id: str, path: str, column: str) -> None:
    if not (SHARED / path).is_file():
        pytest.skip("the recorded list is not here")
    with (SHARED / path).open(encoding="utf-8", newline="") as lines:
        codes = [row[column] for row in csv.DictReader(lines)]
    assert sorted(codes) == sorted(CATALOGUE.find(f"{basket_id}@1.0.0").codes)


def test_the_current_version_is_the_highest_number() -> None:
    catalogue = replace(CATALOGUE, baskets=(FIRST, SECOND))
    assert catalogue.find("b") == SECOND
    assert catalogue.find("b@1.9.0") == FIRST
    assert [catalogue.is_current(basket) for basket in (FIRST, SECOND)] == [False, True]
    assert version_order("1.10.0") > version_order("1.9.9")


@pytest.mark.parametrize(
    ("name", "said"),
    [("nowhere", "no basket 'nowhere'"), ("b@", "no version ''"), ("b@1", "are: 1.9.0, 1.10.0")],
)
def test_an_unknown_name_is_said(name: str, said: str) -> None:
    with pytest.raises(UnknownBasket, match=said) as raised:
        replace(CATALOGUE, baskets=(FIRST, SECOND)).find(name)
    assert raised.value.exit_code == 2


def test_a_difference_names_what_came_and_went() -> None:
    found = compare(made("1.0.0", "850760", "850423", "854231"), made("1.1.0", "850760", "850440"))
    assert (found.added, found.removed, found.common, found.jaccard) == (
        ("850440",),
        ("850423", "854231"),
        ("850760",),
        0.25,
    )


def test_lists_of_different_levels_are_not_compared() -> None:
    with pytest.raises(
        NotComparable, match=r"fed3@1\.0\.0 holds HS6 codes and waugh_high_v3@1\.0\.0 HS10 codes"
    ):
        compare(CATALOGUE.find("fed3"), CATALOGUE.find("waugh_high_v3"))


def test_what_may_move_out_of_a_basket_is_told() -> None:
    held = {s.code: how for s, how in touched(CATALOGUE, CATALOGUE.find("fed3"))}
    assert (held["847150"], held["8471804000"], held["854231"]) == ("yes", "yes", "no")
    held = {s.code: how for s, how in touched(CATALOGUE, CATALOGUE.find("waugh_high_v3"))}
    assert (held["847150"], held["8471804000"], held["85439035"]) == ("partly", "yes", "no")
    assert touched(CATALOGUE, CATALOGUE.find("li_ion")) == []


def test_a_substitute_is_of_its_level_and_was_read() -> None:
    assert CATALOGUE.substitutes
    for substitute in CATALOGUE.substitutes:
        assert len(substitute.code) == int(substitute.level.removeprefix("HS"))
        assert substitute.evidence in {"R", "E"}
        assert substitute.source
        assert substitute.note
