"""The account menu for a cached page: rendered once for each display name and number of unread notices."""

from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from concertation.live import page_cache
from concertation.notices.unread import unread_count
from concertation.viewer import Viewer

from .audiences import runs_any


def account_menu(viewer: Viewer, path: str, token: str) -> SafeString:
    """Return the HTML of ``components/account_menu.html`` for the page at ``path``; ``token`` is the viewer's own."""
    if not viewer.is_known:
        return _filled(_rendered(path, None, runs=False, unread=0), "")
    name = viewer.person.display_name
    return _filled(_rendered("", name, runs=runs_any(viewer), unread=unread_count(viewer)), token)


@lru_cache(maxsize=1_000)
def _rendered(path: str, name: str | None, *, runs: bool, unread: int) -> page_cache.Page:
    context = {
        "user": {"is_authenticated": name is not None, "display_name": name},
        "request": {"path": path, "get_full_path": path},
        "runs_consultations": runs,
        "unread_notices": unread,
        "csrf_token": page_cache.placeholder("csrf_token"),
    }
    return page_cache.page_from(render_to_string("components/account_menu.html", context))


def _filled(menu: page_cache.Page, token: str) -> SafeString:
    return mark_safe(menu.filled({"csrf_token": token}).decode())  # noqa: S308 - it left a template as safe
