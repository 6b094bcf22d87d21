"""Finds the sources: every module in the folders below that defines SOURCE."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from contracts.document import Source
from contracts.errors import ChokepointError
from contracts.rights import Rights

FOLDERS = ("capex", "customs", "news", "policy", "reference")


@cache
def sources() -> MappingProxyType[str, Source]:
    """All sources by id, in order of id."""
    found: dict[str, Source] = {}
    for folder in FOLDERS:
        package = import_module(f"extractors.{folder}")
        for module in iter_modules(package.__path__, f"extractors.{folder}."):
            source = getattr(import_module(module.name), "SOURCE", None)
            if isinstance(source, Source):
                found[source.info.source] = source
    return MappingProxyType(dict(sorted(found.items())))


def source(name: str) -> Source:
    """The source of that id; `UnknownSource` lists those there are."""
    try:
        return sources()[name]
    except KeyError:
        raise UnknownSource(f"no source {name!r}; there are: {', '.join(sources())}") from None


def rights() -> list[Rights]:
    """What may be done with the words of every source and every feed, as the lists in use say now.

    A claim without a licence, its address and the day it was read counts for nothing. Raises `EnvironmentFault` for an
    unfit list of feeds.
    """
    found = sources().values()
    said = [source.info.rights for source in found] + [part for source in found for part in source.rights()]
    return [one.backed() for one in said]


class UnknownSource(ChokepointError):
    """A name that no module in the folders carries."""

    exit_code = 2
