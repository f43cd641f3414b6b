"""Which internet addresses the sandbox goes to for a picture that a message names."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address

# They name an IPv4 address behind a translator (RFC 6052, RFC 8215): which one, cannot be judged here.
_TRANSLATED = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))


class AddressRefusedError(Exception):
    """Nothing behind that name may be asked."""


def connect(host: str, port: int, *, timeout: float, may_be_local: bool) -> socket.socket:
    """Connect to the first allowed address of the host: the judged address itself, so that no name can be rebound.

    Raises AddressRefusedError, OSError.
    """
    failure: Exception = AddressRefusedError(f"{host} is no public address")
    for family, kind, protocol, _, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if not is_allowed(str(place[0]), may_be_local=may_be_local):
            continue
        connection = socket.socket(family, kind, protocol)
        connection.settimeout(timeout)
        try:
            connection.connect(place)
        except OSError as exc:
            connection.close()
            failure = exc
        else:
            return connection
    raise failure


def is_allowed(text: str, *, may_be_local: bool) -> bool:
    """Tell whether a public address, or this machine where that is allowed, is named; never a private network."""
    address: Address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_loopback:
        return may_be_local
    if isinstance(address, IPv6Address) and (
        address.sixtofour or address.teredo or any(address in network for network in _TRANSLATED)
    ):
        return False
    return address.is_global and not address.is_multicast
