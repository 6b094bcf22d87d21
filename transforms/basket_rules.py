"""What must hold of the baskets in the seeds: a version that was published is never changed, only followed by another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from transforms.baskets import Basket, basket_hash, is_version, version_order

LEVELS = ("HS2", "HS4", "HS6", "HS8", "HS10")
Published = Mapping[tuple[str, str], str]
"""(basket id, version) -> the hash it was published with."""


def published(text: str) -> dict[tuple[str, str], str]:
    """Read the list of what was published: a line is id, version and hash; `#` starts a comment."""
    lines = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return {(basket_id, version): fingerprint for basket_id, version, fingerprint in lines}


def faults(baskets: Iterable[Basket], shipped: Published) -> list[str]:
    """Everything that is wrong, in words; empty when nothing is. `shipped` is the second record of the hashes."""
    listed = list(baskets)
    wrong = [f"{b.name}: {b.version!r} is not MAJOR.MINOR.PATCH" for b in listed if not is_version(b.version)]
    return wrong or [*_own(listed), *_history(listed), *_edits(listed, shipped)]


def _own(baskets: list[Basket]) -> Iterator[str]:
    """What one version says of itself."""
    for basket in baskets:
        if not basket.members:
            yield f"{basket.name} has no members"
        if basket.hash != basket_hash(basket.version, basket.members):
            yield f"{basket.name}: its hash is not that of its list"
        if len(set(basket.members)) != len(basket.members):
            yield f"{basket.name} lists a code twice"
        if basket.level not in LEVELS or {level for level, _ in basket.members} - {basket.level}:
            yield f"{basket.name} has codes of another level than {basket.level}"
        elif any(
            len(code) != int(basket.level[2:]) or not (code.isascii() and code.isdigit())
            for code in basket.codes
        ):
            yield f"{basket.name} has a code that is not {basket.level[2:]} digits"
        if not basket.changelog or not basket.origin or not basket.licence:
            yield f"{basket.name} does not say its changelog, origin and licence"


def _history(baskets: list[Basket]) -> Iterator[str]:
    """What the versions of one basket, in the order they are listed, say of each other."""
    for name, count in Counter(basket.name for basket in baskets).items():
        if count > 1:
            yield f"{name} is listed {count} times"
    for basket_id in dict.fromkeys(basket.basket_id for basket in baskets):
        versions = [basket for basket in baskets if basket.basket_id == basket_id]
        for old, new in pairwise(versions):
            if version_order(new.version) <= version_order(old.version):
                yield f"{new.name} stands after {old.version}: versions must ascend"
            if new.published_on < old.published_on:
                yield f"{new.name} was published before {old.version}"
        seen: dict[frozenset[tuple[str, str]], str] = {}
        for basket in versions:
            first = seen.setdefault(frozenset(basket.members), basket.version)
            if first != basket.version:
                yield f"{basket.name} has the same list as {first}"


def _edits(baskets: list[Basket], shipped: Published) -> Iterator[str]:
    """Versions that were changed, taken out, or are not in the second record yet."""
    here = {(basket.basket_id, basket.version): basket.hash for basket in baskets}
    for (basket_id, version), fingerprint in shipped.items():
        now = here.get((basket_id, version))
        if now is None:
            yield f"{basket_id}@{version} was published and is gone"
        elif now != fingerprint:
            yield f"{basket_id}@{version} was published with another list: a changed list is a new version"
    for basket_id, version in sorted(here.keys() - shipped.keys()):
        yield f"{basket_id}@{version} is not in the list of published hashes"
