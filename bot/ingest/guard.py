"""Which addresses may be contacted. In: the address of a connection about to be made. Out: its socket, or a refusal.

Asked at connect time with the very address the connection goes to, so neither DNS, a redirect nor a number in disguise
(http://2130706433/) gets around it.
"""

import errno
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp.connector import AddrInfoType

# Well-known prefix of NAT64 (RFC 6052 §2.1): the IPv4 address is in the last 32 bits.
_NAT64 = IPv6Network("64:ff9b::/96")
# What IANA has given out to be reached from everywhere (RFC 4291 §2.4); the local-use prefix of NAT64 is beside it.
_UNICAST = IPv6Network("2000::/3")
# Protocol assignments (metadata of one cloud) and documentation, which older Pythons call global, and another cloud's
# metadata behind an address that is otherwise public.
_NOT_GLOBAL = (IPv4Network("192.0.0.0/24"), IPv6Network("3fff::/20"), IPv4Network("168.63.129.16/32"))


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
    if isinstance(address, IPv6Address) and address not in _UNICAST:
        return False
    unicast = not (address.is_multicast or address.is_reserved or address.is_unspecified)
    return unicast and address.is_global and not any(address in network for network in _NOT_GLOBAL)


def _embedded(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that a packet to this IPv6 address may end at: mapped, 6to4, NAT64."""
    if isinstance(address, IPv4Address):
        return []
    found: list[IPv4Address] = [
        embedded for embedded in (address.ipv4_mapped, address.sixtofour) if embedded is not None
    ]
    if address in _NAT64:
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return found
