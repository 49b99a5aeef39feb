"""A person's notices and, in development, the mails that were sent."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from concertation.keyset import page_of
from concertation.live.follow import follow
from concertation.viewer import viewer_of

from . import actions
from .mail_folder import saved_mails
from .unread import unread_count

if TYPE_CHECKING:
    from concertation.accounts.http import AuthenticatedHttpRequest

PAGE = 30


@never_cache
@login_required
@require_safe
def notices(request: "AuthenticatedHttpRequest") -> HttpResponse:
    follow(request)
    page = page_of(request.user.notices.all(), ("-at", "-pk"), request.GET, PAGE)
    context = {"page": page, "unread": unread_count(viewer_of(request)), "query": request.GET.urlencode()}
    return render(request, "notices/list.html", context)


@login_required
@require_POST
def read(request: "AuthenticatedHttpRequest", pk: int) -> HttpResponse:
    notice = get_object_or_404(request.user.notices, pk=pk)
    actions.mark_read(notice, now=timezone.now(), by=request.user)
    query = request.GET.urlencode()  # the page number of the list
    return redirect(reverse("notices:list") + (f"?{query}" if query else ""))


@login_required
@require_POST
def read_all(request: "AuthenticatedHttpRequest") -> HttpResponse:
    actions.mark_all_read(now=timezone.now(), by=request.user)
    return redirect("notices:list")


@never_cache
@require_safe
def dev_mails(request: HttpRequest) -> HttpResponse:
    """List the mails of the development folder; a server has no such page."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "notices/dev_mails.html", {"mails": saved_mails(settings.MAIL_DIR, limit=50)})
