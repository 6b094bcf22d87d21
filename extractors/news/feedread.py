"""The text of a feed to its items, whatever its format: what it is shows in the body, never in status or media type.

In: text or bytes and plain facts; out, as `plain` gives it: plain values, so that it can run in another process.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.clock import parse_stamp, stamp
from contracts.errors import SourceChanged
from contracts.text import printable
from extractors.news.bodies import blocked_by, storable
from extractors.news.charset import decode
from extractors.news.gdelt import read_gdelt
from extractors.news.items import Child, Item, Reading, Seen
from extractors.news.jsonfeed import read_json_feed
from extractors.news.listing import Selectors, read_listing
from extractors.news.sitemap import read_sitemap
from extractors.news.syndication import read_syndication

About = Mapping[str, str | None]

_LOOK_CHARACTERS = 2_000
_SELECTORS = ("item", "link", "title", "date")


def read_text(text: str, about: About) -> Reading:
    """All items of a feed; `SourceChanged` (`not-a-feed:`, `blocked:`, `too-large:`) for anything else.

    `about`: `url`, `seen` (a stamp), `status`, and where known `mitigated`, the `format` and the selectors
    (`item`, `link`, `title`, `date`) of the feed's block, and `quote` where a reason may show how the answer begins.
    """
    reading = _read(text, about)
    if reading is None or not (reading.items or reading.refused or reading.children):
        _refuse_block(text, about)
    if reading is None:
        raise SourceChanged(f"not-a-feed: {_no_feed(text, about)}")
    return reading


def read_plain(data: bytes, about: About) -> dict[str, Any]:
    """The same of bytes, as plain values; `about` may have a `content_type`."""
    return plain(read_text(decode(data, about.get("content_type")), about))


def plain(reading: Reading) -> dict[str, Any]:
    """A reading as JSON carries it; `from_plain` is the inverse."""
    found = vars(reading) | {
        "items": [dict(vars(item)) for item in reading.items],
        "children": [dict(vars(child)) for child in reading.children],
    }
    for row in (*found["items"], *found["children"]):
        row.update({name: stamp(at) for name, at in row.items() if name.endswith("_at") and at})
    return found


def from_plain(found: Mapping[str, Any]) -> Reading:
    """The reading that `plain` was given."""
    items = tuple(Item(**_timed(row)) for row in found["items"])
    children = tuple(Child(**_timed(row)) for row in found["children"])
    return Reading(**{**found, "items": items, "children": children})


def _timed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: parse_stamp(v) if name.endswith("_at") and v else v for name, v in row.items()}


def _read(text: str, about: About) -> Reading | None:
    stated = about.get("format")
    seen = Seen(str(about["url"]), parse_stamp(str(about["seen"])))
    if stated == "listing":
        return read_listing(
            text, seen, Selectors(str(about["item"]), *(about.get(n) for n in _SELECTORS[1:]))
        )
    if stated == "gdelt":
        return read_gdelt(text, seen)
    start = storable(text[:_LOOK_CHARACTERS]).lstrip("\ufeff \r\n\t")
    if stated == "json" or (stated is None and start.startswith("{")):
        return read_json_feed(text, seen)
    if stated == "sitemap" or (stated is None and ("<urlset" in start or "<sitemapindex" in start)):
        return read_sitemap(text, seen)
    return read_syndication(text, seen)


def _no_feed(text: str, about: About) -> str:
    if about.get("format") == "listing":
        found = f"the selector {about['item']!r} finds no item with a link"
        return f"{found}; the page has changed, so must the block"
    kind = "neither RSS, RDF, Atom, JSON Feed nor sitemap"
    if "<html" in text[:_LOOK_CHARACTERS].lower():
        kind = "an HTML page"
    start = f" ({printable(text[:200], 80).strip()!r})" if about.get("quote") else ""
    return f"the answer is {kind}{start}; look for a new address of the feed"


def _refuse_block(text: str, about: About) -> None:
    if blocked := blocked_by(text, about.get("mitigated")):
        raise SourceChanged(blocked)
    if not text.strip():
        status = about.get("status")
        raise SourceChanged(f"not-a-feed: the answer (HTTP {status}) has no body; look for a new address")
