"""Open a consultation to the public: what opens to whom, phase by phase, then the act and its undoing."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.texts.templatetags.french import moment
from concertation.viewer import viewer_of

from ..actions import cancel_opening, open_consultation
from ..checklist import checks_of
from ..fetch import STAFF_PAGES, fetch_to_manage
from ..forms.consultation import OpeningForm
from ..models import Consultation
from ..opening import phase_openings

AT_ONCE = "maintenant"


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def opening(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    """Tell what opens at the date of the address, or at once; a POST opens."""
    consultation = fetch_to_manage(request, slug, follows=STAFF_PAGES)
    if request.method == "POST":
        return _opened(request, consultation)
    form = OpeningForm(request.GET or None, consultation=consultation)
    chosen = form.cleaned_data["le"] if form.is_bound and form.is_valid() else None
    now = viewer_of(request).now
    context = {
        "consultation": consultation,
        "section": "opening",
        "form": form,
        "is_public": consultation.is_public(now),
        "chosen": chosen,
        "is_past": chosen is not None and chosen <= now,
        "checks": checks_of(viewer_of(request), consultation),
        "phases": phase_openings(consultation.phases.in_order(), chosen or now),
        "value": chosen.isoformat() if chosen else AT_ONCE,
    }
    return render(request, "organiser/opening.html", context)


@login_required
@require_POST
def cancel(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_to_manage(request, slug)
    try:
        cancel_opening(consultation, by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("L’ouverture est annulée : la concertation est de nouveau un brouillon."))
    return redirect("consultations:opening", consultation.slug)


def _opened(request: AuthenticatedHttpRequest, consultation: Consultation) -> HttpResponse:
    try:
        opened = open_consultation(consultation, at=_sent_moment(request), by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("consultations:opening", consultation.slug)
    if opened.is_public(viewer_of(request).now):
        messages.success(request, _("La concertation est ouverte au public."))
    else:
        when = moment(opened.opens_publicly_at, opened.zone)
        messages.success(request, _("La concertation ouvrira au public le %(when)s.") % {"when": when})
    return redirect("consultations:organiser", opened.slug)


def _sent_moment(request: HttpRequest) -> datetime | None:
    """Return the moment that the confirmed page told, None for at once; refuse a form that names neither."""
    sent = request.POST.get("le", "")
    if sent == AT_ONCE:
        return None
    try:
        found = parse_datetime(sent)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ValidationError(_("Choisissez quand ouvrir, puis confirmez."))
    return found
