"""The network address of a visitor; of ``X-Forwarded-For``, only the entries of trusted proxies count.

Each proxy appends the address of its peer. With ``TRUSTED_PROXIES`` proxies in front of the site, the visitor's
address is that many entries from the right; entries further left were sent by the visitor.
"""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings


def client_address(peer: str, forwarded: str) -> str:
    """Return the address of the client: ``peer`` if no proxy is trusted; for IPv6 the /64, which is one household."""
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
