"""The settings: every CHOKEPOINT_ variable known, the lists they name readable, the mirror there, keys present."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import partial
from ipaddress import ip_address
from pathlib import Path

from contracts.checkup import Check, listed, looked
from contracts.document import Source
from contracts.text import printable
from extractors.selection import missing_key
from extractors.web.mapping import MirrorBase

PREFIX = "CHOKEPOINT_"
MIRROR, POLITE, CONTACT = "CHOKEPOINT_MIRROR", "CHOKEPOINT_MIRROR_POLITE", "CHOKEPOINT_CONTACT"
REACH_SECONDS = 3.0
Counted = Callable[[Path | None], int]


def _feeds(path: Path | None) -> int:
    from extractors.news.feeds import load_feeds

    return len(load_feeds(path))


def _queries(path: Path | None) -> int:
    from extractors.customs import queries

    found = queries.load(path)
    return len(found.api) + (found.port is not None)


def _filers(path: Path | None) -> int:
    from extractors.capex.filers import load_filers

    return len(load_filers(path))


def _notices(path: Path | None) -> int:
    from extractors.policy import notices

    return len(notices.load(path))


LISTS: Mapping[str, tuple[str, Counted]] = {
    "CHOKEPOINT_FEEDS": ("feeds", _feeds),
    "CHOKEPOINT_QUERIES": ("customs queries", _queries),
    "CHOKEPOINT_FILERS": ("filers", _filers),
    "CHOKEPOINT_NOTICES": ("notices", _notices),
}
"""Variable -> what the file it names lists, and how many entries its own reader finds there."""
KNOWN = frozenset({"CHOKEPOINT_HOME", CONTACT, MIRROR, POLITE, *LISTS})


def configured(environ: Mapping[str, str], sources: Iterable[Source]) -> list[Check]:
    """Every check of the settings in `environ`; says of a key only whether it is there."""
    return [
        looked("settings", partial(settings, environ)),
        *(looked(words, partial(named_list, environ, name)) for name, (words, _) in LISTS.items()),
        looked("contact", partial(contact, environ), "set it to a plain address such as you@example.org"),
        looked("mirror", partial(mirror, environ), "set CHOKEPOINT_MIRROR to a URL, or unset it"),
        *(key(environ, source) for source in sources if source.info.key_env),
    ]


def settings(environ: Mapping[str, str]) -> Check:
    """Whether every variable that looks like one of ours is one."""
    ours = sorted(name for name in environ if name.upper().startswith(PREFIX))
    strange = [name for name in ours if name not in KNOWN]
    if not strange:
        return Check("settings", "ok", f"set: {', '.join(ours) or 'none'}")
    words = [f"{printable(name, 60)} is not known{_nearest(name)}" for name in strange]
    return Check("settings", "warn", listed(words), "correct the name, or unset it; .env.example lists all")


def _nearest(name: str) -> str:
    found = get_close_matches(name.upper(), sorted(KNOWN), n=1, cutoff=0.6)
    return f": is {found[0]} meant?" if found else ""


def named_list(environ: Mapping[str, str], name: str) -> Check:
    """Whether a list can be read: the file the variable names, else the one shipped. `EnvironmentFault` if not."""
    words, count = LISTS[name]
    path = Path(environ[name]) if environ.get(name) else None
    where = f"{path} ({name})" if path else "the list shipped"
    return Check(words, "ok", f"{count(path)} in {where}")


def contact(environ: Mapping[str, str]) -> Check:
    """Whether publishers are told whom to write to; `EnvironmentFault` when it does not fit in a header."""
    from extractors.web.session import user_agent

    said = user_agent(environ)
    if environ.get(CONTACT, "").strip() or environ.get(MIRROR):
        return Check("contact", "ok", said)
    advice = f"set {CONTACT} to your address: some publishers refuse those who do not say who they are"
    return Check("contact", "warn", f"{CONTACT} is not set", advice)


def mirror(environ: Mapping[str, str]) -> Check:
    """Whether a mirror, if one is set, is an address of this machine at which something answers."""
    base, polite = environ.get(MIRROR, "").strip(), environ.get(POLITE, "")
    if not base:
        return Check("mirror", "skipped", "none set: sources are asked live")
    found = MirrorBase.parse(base)
    where = f"{printable(found.host, 100)}:{found.port}"
    try:
        with socket.create_connection((found.host, found.port), timeout=REACH_SECONDS):
            pass
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        advice = "start it (`chokepoint mirror --help`), or unset CHOKEPOINT_MIRROR"
        return Check("mirror", "fail", f"nothing answers at {where}: {reason}", advice)
    if polite not in ("", "0", "1"):
        return Check("mirror", "warn", f"{POLITE} is neither 0 nor 1", "1 keeps the pauses of live requests")
    if not _is_loopback(found.host):
        advice = "it sees every request: use one on loopback, or one you trust"
        return Check("mirror", "warn", f"{where} is not this machine", advice)
    return Check("mirror", "ok", f"recordings from {where} stand in for the web")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def key(environ: Mapping[str, str], source: Source) -> Check:
    """Whether a source's key is there; nothing of its value, its length included."""
    name = str(source.info.key_env)
    value, label = environ.get(name, ""), f"key {source.info.source}"
    if not value:
        why = "this source is not asked" if missing_key(source, environ) else "a mirror needs none"
        return Check(label, "skipped", f"{name} is not set: {why}", f"set {name} to use the source")
    if value != value.strip() or not value.isascii() or not value.isprintable():
        advice = f"set {name} again, without blanks, quotes or line breaks around it"
        return Check(label, "warn", f"{name} is set, with blanks or unusual characters in it", advice)
    return Check(label, "ok", f"{name} is set")
