"""Finds the sources: every module in the folders below that defines SOURCE."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from contracts.document import Source
from contracts.errors import ChokepointError

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


class UnknownSource(ChokepointError):
    """A name that no module in the folders carries."""

    exit_code = 2
