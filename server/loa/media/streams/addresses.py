"""Where a stream may lead: hosts the operator named, over TLS, and never into a network of our own unless they said so.

The name is looked up once, what it answers is judged, and the line goes to exactly that address: a name that answers
otherwise the next time leads nowhere else.
"""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urljoin, urlsplit

from django.conf import settings

from loa.media.streams.faults import Fault, StreamBroken

ADDRESS_LONGEST = 400
PORTS = {"https": 443, "http": 80}
_NAT64 = ip_network("64:ff9b::/96")
"""Addresses that end in an older one (RFC 6052)."""

_NAT64_LOCAL = ip_network("64:ff9b:1::/48")
"""The same for use within a network (RFC 8215)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An address that was looked at; `path` has the query with it."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def url(self) -> str:
        """The address as text."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{name}:{self.port}{self.path}"


def read(address: str) -> Target:
    """Return an address taken apart; `StreamBroken` when it is none that may be asked, whatever its name answers."""
    if len(address) > ADDRESS_LONGEST or not address.isascii() or not address.isprintable() or " " in address:
        raise StreamBroken(Fault.ADDRESS)
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as odd:
        raise StreamBroken(Fault.ADDRESS) from odd
    host = (parts.hostname or "").rstrip(".").lower()
    if parts.scheme not in PORTS or not host or parts.username is not None or parts.password is not None:
        raise StreamBroken(Fault.ADDRESS)
    if not is_named(host) or (parts.scheme == "http" and not settings.LOA_STREAM_NETWORKS):
        raise StreamBroken(Fault.ADDRESS)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(scheme=parts.scheme, host=host, port=port or PORTS[parts.scheme], path=path)


def beside(target: Target, reference: str) -> Target:
    """Return what a reference in an answer of `target` leads to; `StreamBroken` as `read` does."""
    if len(reference) > ADDRESS_LONGEST:
        raise StreamBroken(Fault.ADDRESS)
    try:
        joined = urljoin(target.url, reference)
    except ValueError as odd:
        raise StreamBroken(Fault.ADDRESS) from odd
    return read(joined)


def named_hosts() -> list[str]:
    """Return the hosts the operator named, as they wrote them; none means that nothing is passed on yet."""
    return list(settings.LOA_STREAM_HOSTS)


def is_named(host: str) -> bool:
    """Tell whether the operator named a host in `LOA_STREAM_HOSTS`; `*.vov.vn` names all below it."""
    for name in named_hosts():
        known = name.lower().rstrip(".")
        if host == known or (known.startswith("*.") and host.endswith(known[1:])):
            return True
    return False


def connect(target: Target, *, timeout_s: float) -> socket.socket:
    """Return a line to an address that was judged after its name was looked up; `StreamBroken` where none may be."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError as unknown:
        raise StreamBroken(Fault.UNREACHABLE) from unknown
    if not found or not all(is_allowed(str(place[0]), scheme=target.scheme) for *_, place in found):
        raise StreamBroken(Fault.ADDRESS)
    failure: OSError | None = None
    for family, kind, number, _, place in found:
        line = socket.socket(family, kind, number)
        line.settimeout(timeout_s)
        try:
            line.connect(place)
        except OSError as failed:
            line.close()
            failure = failed
        else:
            return line
    raise StreamBroken(Fault.UNREACHABLE) from failure


def is_allowed(address: str, *, scheme: str) -> bool:
    """Tell whether a line may go to an address.

    To public ones over TLS; to others, and without TLS, only in networks the operator named in `LOA_STREAM_NETWORKS`.
    """
    try:
        there = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(there, IPv6Address):
        there = _within(there)
    if any(there in ip_network(one, strict=False) for one in settings.LOA_STREAM_NETWORKS):
        return True
    return scheme == "https" and there.is_global and not there.is_multicast and there not in _NAT64_LOCAL


def _within(there: IPv6Address) -> IPv4Address | IPv6Address:
    """Return the older address that a newer one leads to: it would get round what is said of that."""
    if there in _NAT64:
        return IPv4Address(int(there) & 0xFFFF_FFFF)
    return there.ipv4_mapped or there.sixtofour or (there.teredo[1] if there.teredo else None) or there
