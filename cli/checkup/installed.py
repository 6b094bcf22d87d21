"""The installation: Python and the packages, against what the project declares and the versions it was tested with."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from contracts.checkup import Check, listed

PROJECT = "chokepoint"
PINS = Path(__file__).parents[2] / "constraints.txt"
ADVICE = "install again: pip install -e . -c constraints.txt"
_PIN = re.compile(r"([A-Za-z0-9._-]+)==([^\s;#]+)")


def pins(path: Path = PINS) -> dict[str, str]:
    """Version by package of a constraints file; empty when there is none beside the installation."""
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    return {canonicalize_name(m[1]): m[2] for line in lines if (m := _PIN.match(line.strip()))}


def python(wanted: str) -> Check:
    """The Python that runs against the range the project declares (`>=3.11,<3.14`)."""
    here = platform.python_version()
    if SpecifierSet(wanted).contains(here, prereleases=True):
        return Check("python", "ok", f"{here} ({wanted})")
    return Check(
        "python", "fail", f"{here}, and {wanted} is needed", "make the environment with another Python"
    )


def packages(pinned: Mapping[str, str], project: str = PROJECT) -> Check:
    """The packages against the declared ranges (outside: fail) and the pins (unequal or missing: warn)."""
    declared = {canonicalize_name(need.name): need for need in _direct(project)}
    broken = [words for name, need in declared.items() if (words := _against_range(name, need))]
    if broken:
        return Check("packages", "fail", listed(broken), ADVICE)
    needed = _needed(project)
    other = [words for name in pinned if (words := _against_pin(name, pinned[name], name in needed))]
    if other:
        return Check("packages", "warn", listed(other), ADVICE)
    if not pinned:
        return Check(
            "packages", "ok", f"{len(declared)} fit; no constraints.txt here to compare versions with"
        )
    return Check("packages", "ok", f"{len(declared)} declared ones fit, {len(pinned)} pins hold")


def _direct(name: str, extras: frozenset[str] = frozenset()) -> Iterator[Requirement]:
    """What an installed package needs here, without its other extras."""
    for text in requires(name) or ():
        need = Requirement(text)
        wanted = need.marker is None or any(need.marker.evaluate({"extra": e}) for e in extras or {""})
        if wanted:
            yield need


def _against_range(name: str, need: Requirement) -> str:
    here = _here(name)
    if here is None:
        return f"{name} is not installed ({need.specifier} is needed)"
    return "" if need.specifier.contains(here, prereleases=True) else f"{name} {here} is not {need.specifier}"


def _against_pin(name: str, pin: str, is_needed: bool) -> str:
    here = _here(name)
    if here is None:
        return f"{name} is not installed (tested with {pin})" if is_needed else ""
    return "" if here == pin else f"{name} {here} (tested with {pin})"


def _here(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _needed(project: str) -> set[str]:
    """Every package that the project needs here, directly or not."""
    found: set[str] = set()
    queue, seen = [(project, frozenset[str]())], set[tuple[str, frozenset[str]]]()
    while queue:
        name, extras = turn = queue.pop()
        if turn in seen:
            continue
        seen.add(turn)
        try:
            needs = list(_direct(name, extras | {""}))
        except PackageNotFoundError:
            continue
        found |= {canonicalize_name(need.name) for need in needs}
        queue += [(canonicalize_name(need.name), frozenset(need.extras)) for need in needs]
    return found
