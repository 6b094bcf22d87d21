"""Addresses and titles as the news models compare them, written again in plain Python."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

SIDE_DOORS = {"www", "m", "mobile", "amp", "wap"}
SHARED_LABELS = {"ac", "co", "com", "edu", "gov", "go", "net", "ne", "or", "org"}


def door(url: str) -> str:
    """An address without m., amp and the like."""
    parts = urlsplit(url)
    labels = parts.netloc.split(".")
    while len(labels) > 2 and labels[0] in SIDE_DOORS:
        labels.pop(0)
    pairs = [p for p in parts.query.split("&") if p and p.split("=")[0] != "amp" and p != "outputType=amp"]
    path = re.sub(r"^/amp/", "/", parts.path)
    path = re.sub(r"(/amp|\.amp)?(/|(\.html?))?$", r"\3", path)
    return f"https://{'.'.join(labels)}{path}" + (f"?{'&'.join(pairs)}" if pairs else "")


def host(url: str) -> str:
    return urlsplit(url).netloc


def site(url: str) -> str:
    """The registered part of a host."""
    labels = (urlsplit(url).hostname or "").split(".")
    three = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SHARED_LABELS
    return ".".join(labels[-3 if three else -2 :])


def plain(title: str | None) -> str:
    return "".join(c for c in (title or "").lower() if c.isalnum())
