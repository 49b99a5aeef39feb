"""The address of a visitor's network, of which ``X-Forwarded-For`` says only what trusted proxies added to it.

Each proxy adds, on the right, the address that it was reached from. With ``TRUSTED_PROXIES`` of them in front of the
site, the visitor's is that many entries from the right; what stands further left came from the visitor.
"""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings


def client_address(peer: str, forwarded: str) -> str:
    """The address of who asks: ``peer`` if no proxy is trusted; of IPv6 the /64, which is one household."""
    entries = [one.strip() for one in forwarded.split(",")]
    trusted: int = settings.TRUSTED_PROXIES
    named = entries[-trusted] if 0 < trusted <= len(entries) else ""
    return _network(named) or _network(peer) or "?"


def _network(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ip_network((found.packed, 64), strict=False).network_address)
    return str(found)
