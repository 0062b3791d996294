"""Addresses that a course may be fetched from: https, and no machine of a private network unless the site allows it."""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.curriculum.services.report import ImportRefused
from app.platform.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Address:
    """A checked address, and the network address its host name stood for when it was checked."""

    url: str
    host: str
    port: int
    ip: str

    @property
    def pinned(self) -> str:
        """As curl's --resolve takes it: the name must not stand for another machine a moment later."""
        ip = f"[{self.ip}]" if ":" in self.ip else self.ip
        return f"{self.host}:{self.port}:{ip}"


def check_address(url: str, *, allow_private: bool = False) -> Address:
    """Check an address and look its host up.

    Args:
        allow_private: the site's setting; also allows plain http, which private forges often speak.

    Raises:
        ImportRefused: with the reason, for people.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ImportRefused(_("This is no address."), field="address") from None
    schemes = ("https", "http") if allow_private else ("https",)
    if parts.scheme not in schemes or not parts.hostname:
        raise ImportRefused(_("The address must begin with https://."), field="address")
    if parts.username or parts.password:
        raise ImportRefused(
            _("Leave the name and password out of the address; only public repositories can be fetched."),
            field="address",
        )
    if (
        not re.fullmatch(r"[A-Za-z0-9._\-\[\]:]+", parts.netloc)
        or re.search(r"[\s\x00-\x1f\"'\\`]", url)
        or len(url) > 500
    ):
        raise ImportRefused(_("The address has signs that no address of a repository has."), field="address")
    host = parts.hostname
    port = port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise ImportRefused(_("No machine is known as %(host)s.", host=host), field="address") from None
    ips = [str(entry[4][0]) for entry in found]
    if not allow_private and not all(map(is_public, ips)):
        raise ImportRefused(
            _("%(host)s is a machine of a private network, which this site does not fetch from.", host=host),
            field="address",
        )
    return Address(url, host, port, ips[0])


def is_public(ip: str) -> bool:
    """Whether a network address is one of the open internet, also when it is wrapped into an IPv6 address."""
    address = ipaddress.ip_address(ip.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        # 64:ff9b::/96 carries an IPv4 address for translating gateways.
        if inner is None and address in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return address.is_global and not address.is_multicast
