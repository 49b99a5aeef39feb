"""The people who speak for an organisation, in the organiser space."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.keyset import page_of
from concertation.texts.direction import isolated
from concertation.texts.templatetags.french import of

from ..actions import confirm_speaker, refuse_speaker
from ..fetch import STAFF_PAGES, fetch_to_manage
from ..models import Consultation, Participation
from .confirming import Question, confirmed

PER_PAGE = 50


@never_cache
@login_required
@require_safe
def speakers(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_to_manage(request, slug, follows=STAFF_PAGES)
    rows = Participation.objects.filter(consultation=consultation).speaking()
    rows = rows.select_related("user", "organisation__merged_into")
    page = page_of(rows, ("speaks_for", "sort_key", "pk"), request.GET, PER_PAGE)
    context = {"consultation": consultation, "section": "speakers", "page": page}
    return render(request, "organiser/speakers.html", context)


@login_required
@require_POST
def confirm(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    consultation = fetch_to_manage(request, slug)
    speaker = _fetch(consultation, pk)
    seen = request.POST.get("organisation", "")
    is_key = seen.isascii() and seen.isdecimal() and len(seen) <= 18
    try:
        speaker = confirm_speaker(speaker, expected_organisation=int(seen) if is_key else 0, by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        words = {"name": isolated(speaker.name), "of_organisation": of(speaker.organisation)}
        messages.success(request, _("%(name)s parle au nom %(of_organisation)s.") % words)
    return redirect("consultations:speakers", consultation.slug)


@never_cache
@login_required
def refuse(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    consultation = fetch_to_manage(request, slug)
    speaker = _fetch(consultation, pk)
    words = {"name": isolated(speaker.name), "of_organisation": of(speaker.organisation)}
    question = Question(
        section="speakers",
        page_name=_("Retirer la mention"),
        title=_("Retirer à %(name)s la mention %(of_organisation)s ?") % words,
        text=_("Ses prochains textes paraîtront à titre personnel. La personne en sera prévenue par courriel."),
        confirm=_("Retirer la mention"),
        back=reverse("consultations:speakers", args=[consultation.slug]),
        done=_("%(name)s parle désormais à titre personnel.") % words,
    )
    return confirmed(request, consultation, question, partial(refuse_speaker, speaker, by=request.user))


def _fetch(consultation: Consultation, pk: int) -> Participation:
    return get_object_or_404(
        Participation.objects.select_related("user", "organisation__merged_into", "consultation"),
        consultation=consultation,
        pk=pk,
    )
