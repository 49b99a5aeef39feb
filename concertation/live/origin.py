"""A socket is opened by a page of this site, or not at all."""

from urllib.parse import urlsplit

from django.conf import settings

_DEFAULT_PORTS = {"http": 80, "https": 443}


def is_ours(origin: str | None, host: str | None) -> bool:
    """Whether a page at ``origin`` may open a socket: it is the site, to the letter of scheme, name and port.

    An absent or ``null`` origin, another scheme or port, a sub-domain and a look-alike are all refused. On a
    development machine the address one happens to use is the site.
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
