"""Which network addresses may be called: public ones. News links are hostile input and must not reach our own net."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_DOCUMENTATION = IPv6Network("3fff::/20")
_OWN_NAMES = ("localhost", "local", "internal", "localdomain", "home.arpa")


def is_public(address: str) -> bool:
    """Whether an address literal (IPv4 or IPv6, a zone allowed) is globally reachable unicast.

    An IPv4 address wrapped by NAT64 or 6to4 counts as what it wraps; one mapped into IPv6 has no business in DNS.
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return _public_v4(parsed) if isinstance(parsed, IPv4Address) else _public_v6(parsed)


def _public_v4(address: IPv4Address) -> bool:
    return address.is_global and not address.is_multicast and not address.is_reserved


def _public_v6(address: IPv6Address) -> bool:
    if address in _NAT64:
        return _public_v4(IPv4Address(int(address) & 0xFFFFFFFF))
    if address.sixtofour is not None:
        return _public_v4(address.sixtofour)
    return address in _UNICAST and address not in _DOCUMENTATION and address.is_global


def is_public_name(host: str) -> bool:
    """Whether a host of a logical URL may be asked, as far as the name itself tells (no look-up)."""
    name = host.rstrip(".").lower().strip("[]")
    if any(name == own or name.endswith("." + own) for own in _OWN_NAMES):
        return False
    literal = _literal(name)
    return literal is None or is_public(literal)


def _literal(name: str) -> str | None:
    """The address a host spells out, in any form the C library takes (127.1, 0x7f000001), None for a name."""
    if ":" in name:
        return name
    try:
        return socket.inet_ntoa(socket.inet_aton(name))
    except (OSError, UnicodeError):
        return None
