"""Refuse sockets opened by pages of other sites."""

from urllib.parse import urlsplit

from django.conf import settings

_DEFAULT_PORTS = {"http": 80, "https": 443}


def is_ours(origin: str | None, host: str | None) -> bool:
    """Return whether ``origin`` equals the site in scheme, name and port.

    An absent or ``null`` origin, another scheme or port, a sub-domain and a look-alike are all refused. With DEBUG, any
    port of this machine is accepted if it is the request's own host.
    """
    if not origin:
        return False
    allowed = {_parts(one) for one in [settings.SITE_URL, *settings.CSRF_TRUSTED_ORIGINS]}
    if settings.DEBUG and host and host.rpartition(":")[0] in {"localhost", "127.0.0.1", "[::1]"}:
        allowed.add(_parts(f"http://{host}"))
    return _parts(origin) in allowed - {None}


def _parts(url: str) -> tuple[str, str, int] | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or parts.path or parts.query or parts.username:
        return None
    return parts.scheme, parts.hostname, port or _DEFAULT_PORTS[parts.scheme]
