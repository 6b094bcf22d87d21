"""The identity of an article: its URL without what only says how the reader came to it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

MAX_URL_CHARACTERS = 2048

_TRACKING_PREFIXES = ("utm_", "mtm_", "piwik_", "hsa_", "at_", "mc_", "_hs", "vero_")
_TRACKING = frozenset(
    """
    __source __twitter_impression _ga _gl _openstat action_object_map action_ref_map action_type_map cmp cmpid
    dclid efg epik fb_action_ids fb_action_types fb_ref fb_source fbclid ftag ftcamp gaa_at gaa_n gaa_sig gaa_ts gbraid
    gclid gclsrc guccounter guce_referrer guce_referrer_sig icid igsh igshid intcid itm_campaign itm_medium itm_source
    li_fat_id linkid mbid mkt_tok msclkid ncid ocid oft_id oly_anon_id oly_enc_id pk_campaign
    pk_keyword pk_kwd rb_clickid rss_id s_cid share_source smid smtyp spm sr_share srnd taid tsrc .tsrc ttclid twclid wbraid wickedid yclid ysclid
    """.split()  # noqa: SIM905 - a list to read
)
_PASSES = 5
# Nothing to decode or encode: canonicalize would only sort the query, at ten times the cost.
_PAIR = r"[A-Za-z0-9_.-]+(?:=[A-Za-z0-9_.-]*)?"
_PLAIN = re.compile(
    r"(https?)://([a-z0-9-]+(?:\.[a-z0-9-]+)+)(/[A-Za-z0-9_/.~-]*)?"
    rf"(?:\?({_PAIR}(?:&{_PAIR})*))?(?:#[A-Za-z0-9_-]*)?"
)


def url_key(url: str) -> str:
    """The normalised URL, `https://host/path?query`: http and www folded, fragment and tracking gone, query sorted.

    Parameters that may choose the article (id=5) stay. `url_key(url_key(u)) == url_key(u)`. Raises `ValueError` for
    anything that is not an absolute http(s) URL of at most 2,048 characters.
    """
    plain = _PLAIN.fullmatch(url) if len(url) <= MAX_URL_CHARACTERS else None
    if plain and "/." not in url:
        return _plain_key(*plain.groups())
    key, last = _folded(url), ""
    for _ in range(_PASSES):
        if key == last:
            return key
        key, last = _folded(key), key
    raise ValueError("a URL without a stable form")


def is_web_url(url: str) -> bool:
    """Whether `url_key` accepts it."""
    try:
        return bool(url_key(url))
    except ValueError:
        return False


def _plain_key(scheme: str, host: str, path: str | None, query: str | None) -> str:
    pairs = sorted(part.partition("=")[::2] for part in query.split("&")) if query else []
    return _joined(_host(host, scheme, None), path, [f"{name}={value}" for name, value in pairs])


def _folded(url: str) -> str:
    from w3lib.url import canonicalize_url

    if len(url) > MAX_URL_CHARACTERS:
        raise ValueError(f"a URL of {len(url):,} characters")
    safe = urlsplit(canonicalize_url(url.strip()))
    return _joined(_host(safe.hostname, safe.scheme, safe.port), safe.path, safe.query.split("&"))


def _joined(host: str, path: str | None, parameters: list[str]) -> str:
    query = "&".join(part for part in parameters if part and not _tracks(part))
    return f"https://{host}{path or '/'}" + (f"?{query}" if query else "")


def _host(name: str | None, scheme: str, port: int | None) -> str:
    if scheme not in ("http", "https"):
        raise ValueError("not an http or https URL")
    host = (name or "").rstrip(".")
    while host.startswith("www.") and host.count(".") > 1:
        host = host[4:]
    if not host:
        raise ValueError("a URL without a host")
    host = f"[{host}]" if ":" in host else host
    return host if port in (None, 80, 443) else f"{host}:{port}"


def _tracks(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)
