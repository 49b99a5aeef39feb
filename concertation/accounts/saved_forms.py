"""Save a form that was sent with an expired session or token.

Its fields are stored in a row whose key is in the sender's session. After log-in, a page shows them and sends them
again to the same address when the person presses its button. Files, passwords and codes are not stored.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from concertation.slots import Slot

from .addresses import is_path_of_this_site, next_path
from .drafts import has_saved, reader_key
from .http import NotSaved, is_fetch
from .limits import TooMany, count_saved_form, network_of
from .models import SavedForm, words_of

KEPT_FOR = timedelta(hours=24)
FORMS_PER_SESSION = 5
MAX_FIELDS = 500
MAX_LENGTH = 300_000  # characters, all fields together
SECRET_FIELDS = {"csrfmiddlewaretoken", "mot_de_passe", "current", "new", "again"}
FIELD = "envoi"  # in the page that sends a saved form again, the name of the field with the key of the row to delete
KEYS, SENT = "saved_forms", "sent_forms"
VIEWER_COOKIE = "viewer"
KEPT = _("Votre session avait pris fin. Ce que vous avez écrit est gardé : identifiez-vous pour le retrouver.")
NOT_KEPT = _("Votre session avait pris fin, et cet envoi n’a pas pu être gardé.")

# Says what a kept form that holds no words was about.
descriptions: Slot[[HttpRequest, SavedForm], str] = Slot()


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Save the fields of a form that log-in interrupts; delete those that have been saved since."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if _is_sent_to_log_in(request, response):
            _redirect_to_log_in(request, response)
        elif FIELD in request.POST and has_saved(request, response):
            _remember_sent(request, request.POST[FIELD], response["Location"])
            drop(request, request.POST[FIELD])
        _remember_viewer(request, response)
        return response

    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the fields to our own page with a new token, or to copy; another site's request gets a 403."""
    words: list[str] = []
    if _is_from_this_site(request) and not is_fetch(request):
        if request.path == resolve_url(settings.LOGIN_URL):
            return NotSaved(f"{request.path}?{urlencode({'next': next_path(request)})}")
        kept = save(request, viewer=reader_key(request.user))
        if kept:
            return NotSaved(kept.page_address)
        words = words_of(_fields_of(request))
    return render(request, "403_csrf.html", {"words": words}, status=403)


def save(request: HttpRequest, *, viewer: str) -> SavedForm | None:
    """Store the fields for this session alone; return None if there are none, or too many."""
    fields = list(_fields_of(request))
    length = sum(len(name) + len(value) for name, value in fields)
    if not fields or len(fields) > MAX_FIELDS or length > MAX_LENGTH:
        return None
    try:
        count_saved_form(network_of(request))
    except TooMany:
        return None
    drop(request, request.POST.get(FIELD, ""))
    kept = SavedForm.objects.create(
        key=secrets.token_urlsafe(24),
        address=request.get_full_path()[:500],
        page=_page_of(request),
        fields=fields,
        files=[str(one)[:200] for _name, files in request.FILES.lists() for one in files],
        viewer=viewer,
        at=timezone.now(),
    )
    known = request.session.get(KEYS, [])
    SavedForm.objects.filter(key__in=known[: 1 - FORMS_PER_SESSION]).delete()
    request.session[KEYS] = [*known[1 - FORMS_PER_SESSION :], kept.key]
    return kept


def find(request: HttpRequest, key: str, *, now: datetime) -> SavedForm:
    """Return the form of this session; 404 for another session, another user, or after a day."""
    if key not in request.session.get(KEYS, []):
        raise Http404
    kept = get_object_or_404(SavedForm, key=key, at__gt=now - KEPT_FOR)
    if request.user.is_authenticated and kept.viewer not in ("", reader_key(request.user)):
        raise Http404
    return kept


def sent_address(request: HttpRequest, key: str) -> str:
    """Return the action of a saved form that this session has sent again; empty for any other."""
    return str(request.session.get(SENT, {}).get(key, ""))


@contextmanager
def saved_across_log_out(request: HttpRequest) -> Iterator[None]:
    """Move saved forms with a known author to the session after log-out; only their author may see them."""
    known = SavedForm.objects.filter(key__in=request.session.get(KEYS, [])).exclude(viewer="")
    keys = list(known.order_by("at").values_list("key", flat=True))
    yield
    if keys:
        request.session[KEYS] = keys


def drop(request: HttpRequest, key: str) -> None:
    """Delete the saved form ``key`` of this session."""
    known = request.session.get(KEYS, [])
    if key in known:
        SavedForm.objects.filter(key=key).delete()
        request.session[KEYS] = [one for one in known if one != key]


def purge(now: datetime) -> int:
    """Delete saved forms older than a day."""
    deleted, _by_model = SavedForm.objects.filter(at__lte=now - KEPT_FOR).delete()
    return deleted


def _is_sent_to_log_in(request: HttpRequest, response: HttpResponse) -> bool:
    """Return whether ``login_required`` answered: a redirect to log-in that leads back to the posted address."""
    if request.method != "POST" or response.status_code != 302 or is_fetch(request):
        return False
    to = urlsplit(response["Location"])
    return to.path == resolve_url(settings.LOGIN_URL) and to.query == urlencode(
        {"next": request.get_full_path()}, safe="/"
    )


def _redirect_to_log_in(request: HttpRequest, response: HttpResponse) -> None:
    """Redirect through log-in to the saved form; without one, to its page, as its action may refuse GET."""
    kept = save(request, viewer=request.COOKIES.get(VIEWER_COOKIE, "")[:16])
    if kept:
        messages.info(request, KEPT)
    elif request.POST:
        messages.warning(request, NOT_KEPT)
    back = kept.page_address if kept else _page_of(request)
    if back:
        response["Location"] = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back}, safe='/')}"


def _fields_of(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """Return the fields without secrets and without characters that PostgreSQL refuses."""
    if getattr(request, "sensitive_post_parameters", None) == "__ALL__":
        return
    secret = SECRET_FIELDS | ({"code"} if "etape" in request.POST else set()) | {FIELD}
    for name, values in request.POST.lists():
        for value in values:
            if name not in secret:
                yield name.replace("\x00", ""), str(value).replace("\x00", "")


def _remember_sent(request: HttpRequest, key: str, location: str) -> None:
    if key in request.session.get(KEYS, []):
        sent = {**request.session.get(SENT, {}), key: location}
        request.session[SENT] = dict(list(sent.items())[-FORMS_PER_SESSION:])


def _page_of(request: HttpRequest) -> str:
    """Return the page of this site that held the form, or an empty string."""
    from_page = urlsplit(request.headers.get("Referer", ""))
    address = f"{from_page.path}?{from_page.query}" if from_page.query else from_page.path
    is_ours = from_page.netloc == request.get_host() and is_path_of_this_site(address) and len(address) <= 500
    return address if is_ours else ""


def _is_from_this_site(request: HttpRequest) -> bool:
    """Return whether the browser says that a page of this site sent the form; a missing header is no proof."""
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    site = urlsplit(origin)
    return (site.scheme, site.netloc) == (request.scheme, request.get_host())


def _remember_viewer(request: HttpRequest, response: HttpResponse) -> None:
    """Store in the browser for whom it last showed pages, also after that person's session is gone."""
    key = reader_key(request.user)
    if key and request.COOKIES.get(VIEWER_COOKIE) != key:
        response.set_cookie(VIEWER_COOKIE, key, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
