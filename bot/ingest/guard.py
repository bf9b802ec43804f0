"""Which addresses may be contacted. In: the address of a connection about to be made. Out: its socket, or a refusal.

Asked at connect time with the very address the connection goes to, so neither DNS, a redirect nor a number in disguise
(http://2130706433/) gets around it.
"""

import errno
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from aiohttp.connector import AddrInfoType

# Well-known prefix of NAT64 (RFC 6052 §2.1) and its local-use one (RFC 8215): the IPv4 address is in the last 32 bits.
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
# A cloud's metadata service behind an address that is otherwise public.
_METADATA = frozenset({ip_address("168.63.129.16")})


class RefusedAddressError(OSError):
    """One text for all addresses: of several equal errors the connector raises the first as it is."""

    def __init__(self) -> None:
        super().__init__(errno.EACCES, "the address is not public")


class Guard:
    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private

    def open_socket(self, address: AddrInfoType) -> socket.socket:
        """The connector's socket factory."""
        family, kind, protocol, _, destination = address
        if not self._allow_private and not is_public(str(destination[0])):
            raise RefusedAddressError
        return socket.socket(family, kind, protocol)


def is_public(address: str) -> bool:
    """Whether an IP address, and each that it embeds, belongs to the public Internet."""
    try:
        given = ip_address(address)
    except ValueError:
        return False
    embedded: list[IPv4Address] | list[IPv4Address | IPv6Address] = _embedded(given)
    return all(map(_is_public, embedded or [given]))


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    site_local = isinstance(address, IPv6Address) and address.is_site_local
    unicast = not (address.is_multicast or address.is_reserved or address.is_unspecified or site_local)
    return unicast and address.is_global and address not in _METADATA


def _embedded(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that a packet to this IPv6 address may end at: mapped, 6to4, NAT64."""
    if isinstance(address, IPv4Address):
        return []
    found: list[IPv4Address] = [
        embedded for embedded in (address.ipv4_mapped, address.sixtofour) if embedded is not None
    ]
    if any(address in network for network in _NAT64):
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return found
