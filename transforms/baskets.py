"""Baskets as versioned objects, read from the seeds: which version is current, what two lists share, what may move away."""

from __future__ import annotations

import csv
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from contracts.errors import ChokepointError

SEEDS = Path(__file__).parent / "seeds" / "baskets"
Member = tuple[str, str]
"""Level and code, e.g. ("HS6", "850760")."""
_SEMANTIC = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", re.ASCII)


class UnknownBasket(ChokepointError):
    """A basket or version that the seeds do not have."""

    exit_code = 2


class NotComparable(ChokepointError):
    """Two lists whose codes are of different levels."""

    exit_code = 2


@dataclass(frozen=True)
class Basket:
    """One version of one basket; `published_on` is an ISO date, `changelog` says what this version changed and why."""

    basket_id: str
    version: str
    hash: str
    published_on: str
    title: str
    level: str
    unit: str
    origin: str
    licence: str
    changelog: str
    note: str
    members: tuple[Member, ...]

    @property
    def name(self) -> str:
        """The version's full name, e.g. dc_core@1.0.0."""
        return f"{self.basket_id}@{self.version}"

    @property
    def codes(self) -> frozenset[str]:
        """The codes without their level."""
        return frozenset(code for _, code in self.members)


@dataclass(frozen=True)
class Substitute:
    """One code of a substitution group: codes under which the same goods can be declared."""

    group_id: str
    title: str
    level: str
    code: str
    note: str
    source: str
    evidence: str


@dataclass(frozen=True)
class Difference:
    """What one list has and the other lacks; `jaccard` is common over all codes, 0 to 1."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    common: tuple[str, ...]
    jaccard: float


@dataclass(frozen=True)
class Catalogue:
    """All versions of all baskets in the seeds' order, their substitution groups, and the names of codes."""

    baskets: tuple[Basket, ...]
    substitutes: tuple[Substitute, ...]
    descriptions: Mapping[Member, str]

    def versions(self, basket_id: str) -> tuple[Basket, ...]:
        """The versions of a basket, oldest first; `UnknownBasket` when there is none."""
        found = sorted(
            (b for b in self.baskets if b.basket_id == basket_id), key=lambda b: version_order(b.version)
        )
        if not found:
            raise UnknownBasket(f"no basket {basket_id!r}: `chokepoint basket list` names them")
        return tuple(found)

    def is_current(self, basket: Basket) -> bool:
        """Whether it is its basket's highest version."""
        return self.versions(basket.basket_id)[-1] == basket

    def find(self, name: str) -> Basket:
        """The basket called ID (its current version) or ID@VERSION; `UnknownBasket` lists the versions there are."""
        basket_id, at, version = name.partition("@")
        versions = self.versions(basket_id)
        if not at:
            return versions[-1]
        for basket in versions:
            if basket.version == version:
                return basket
        known = ", ".join(b.version for b in versions)
        raise UnknownBasket(f"no version {version!r} of basket {basket_id}; there are: {known}")


def load(folder: Path = SEEDS) -> Catalogue:
    """Read the seeds of a folder: basket.csv, basket_member.csv, basket_code.csv and substitution_group.csv.

    Raises `ValueError` when a member is of no basket or version that is listed.
    """
    members: dict[tuple[str, str], list[Member]] = defaultdict(list)
    for row in _rows(folder / "basket_member.csv"):
        members[row["basket_id"], row["version"]].append((row["level"], row["code"]))
    baskets = tuple(
        Basket(**row, members=tuple(sorted(members.pop((row["basket_id"], row["version"]), ()))))
        for row in _rows(folder / "basket.csv")
    )
    if members:
        raise ValueError(f"members of no basket: {', '.join('@'.join(key) for key in members)}")
    return Catalogue(
        baskets=baskets,
        substitutes=tuple(Substitute(**row) for row in _rows(folder / "substitution_group.csv")),
        descriptions={
            (row["level"], row["code"]): row["description"] for row in _rows(folder / "basket_code.csv")
        },
    )


def basket_hash(version: str, members: Iterable[Member]) -> str:
    """SHA-256 (hex) of the version and the sorted members; a member is (level, code), e.g. ("HS6", "850760").

    A changed list is a new version with a new hash, never an edit: the seed test recomputes every hash.
    """
    lines = [version, *sorted(f"{level}:{code}" for level, code in members)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def is_version(version: str) -> bool:
    """Whether it is a semantic version without a suffix."""
    return _SEMANTIC.fullmatch(version) is not None


def version_order(version: str) -> tuple[int, int, int]:
    """Major, minor and patch of a semantic version as numbers: 1.10.0 comes after 1.9.0. `ValueError` when it is none."""
    found = _SEMANTIC.fullmatch(version)
    if found is None:
        raise ValueError(f"{version!r} is not MAJOR.MINOR.PATCH")
    return int(found[1]), int(found[2]), int(found[3])


def compare(old: Basket, new: Basket) -> Difference:
    """What `new` adds to `old` and takes out; `NotComparable` unless both lists are of one level."""
    if old.level != new.level:
        raise NotComparable(
            f"{old.name} holds {old.level} codes and {new.name} {new.level} codes: lists of different levels are not compared"
        )
    common, every = old.codes & new.codes, old.codes | new.codes
    return Difference(
        added=tuple(sorted(new.codes - old.codes)),
        removed=tuple(sorted(old.codes - new.codes)),
        common=tuple(sorted(common)),
        jaccard=round(len(common) / len(every), 4) if every else 1.0,
    )


def touched(catalogue: Catalogue, basket: Basket) -> list[tuple[Substitute, str]]:
    """The groups a basket has a part in, code by code: whether the code is in the basket, `yes`, `partly` or `no`.

    `partly`: only lines below it are. What is `no` could take goods out of the basket without any change in trade.
    """
    judged = [(substitute, _holds(basket, substitute.code)) for substitute in catalogue.substitutes]
    groups = {substitute.group_id for substitute, held in judged if held != "no"}
    return [(substitute, held) for substitute, held in judged if substitute.group_id in groups]


def _holds(basket: Basket, code: str) -> str:
    if code.startswith(tuple(basket.codes)):
        return "yes"
    return "partly" if any(own.startswith(code) for own in basket.codes) else "no"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
