"""The people of a consultation and their suspensions, for organisers and moderators."""

from collections.abc import Sequence
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.keyset import page_of
from concertation.permissions import may, require
from concertation.texts.direction import isolated
from concertation.texts.templatetags.french import of
from concertation.viewer import viewer_of

from ..actions import lift_suspension, suspend_participation
from ..fetch import STAFF_PAGES, fetch_consultation
from ..forms.people import FindForm, SuspendForm
from ..models import Consultation, Participation
from ..participants import as_people, found
from .confirming import Question, confirmed
from .refusals import add_to_form

PER_PAGE = 50


@never_cache
@login_required
@require_safe
def participants(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    consultation = _fetch_read(request, slug, follows=STAFF_PAGES)
    shows_addresses = may(viewer_of(request), "consultations.manage", consultation)
    only_suspended = request.GET.get("etat") == "suspendues"
    form = FindForm(request.GET, by_address=shows_addresses)
    words = form.cleaned_data["qui"] if form.is_valid() else ""
    rows = found(consultation, words, only_suspended=only_suspended, by_address=shows_addresses, now=now)
    page = page_of(rows, ("user__sort_key", "pk"), request.GET, PER_PAGE)
    context = {
        "consultation": consultation,
        "section": "participants",
        "form": form,
        "words": words,
        "page": page,
        "people": as_people(page.rows, consultation, reader=request.user, now=now),
        "shows_addresses": shows_addresses,
        "tabs": _tabs(request.path, words, only_suspended=only_suspended),
    }
    return render(request, "organiser/participants.html", context)


@never_cache
@login_required
def suspend(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    consultation = _fetch_read(request, slug)
    person = _fetch(consultation, pk)
    require(viewer_of(request), "consultations.suspend", person)
    form = SuspendForm(request.POST or None, consultation=consultation)
    if request.method == "POST" and form.is_valid():
        try:
            suspend_participation(person, **form.cleaned_data, now=timezone.now(), by=request.user)
        except ValidationError as refusal:
            add_to_form(form, refusal)
        else:
            messages.success(request, _("La participation %(of_name)s est suspendue.") % {"of_name": of(person.name)})
            return redirect("consultations:participants", consultation.slug)
    context = {"consultation": consultation, "section": "participants", "person": person, "form": form}
    return render(request, "organiser/suspend.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
def lift(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    consultation = _fetch_read(request, slug)
    person = _fetch(consultation, pk)
    require(viewer_of(request), "consultations.lift_suspension", person)
    back = reverse("consultations:participants", args=[consultation.slug])
    if person.suspension is None:
        return redirect(back)
    words = {"name": isolated(person.name), "of_name": of(person.name)}
    question = Question(
        section="participants",
        page_name=_("Lever la suspension"),
        title=_("Lever la suspension %(of_name)s ?") % words,
        text=_("%(name)s pourra de nouveau écrire et réagir, et en sera prévenu par courriel.") % words,
        confirm=_("Lever la suspension"),
        back=back,
        done=_("%(name)s participe de nouveau.") % words,
    )
    act = partial(lift_suspension, person.suspension, now=timezone.now(), by=request.user)
    return confirmed(request, consultation, question, act)


def _fetch_read(request: HttpRequest, slug: str, *, follows: Sequence[str] = ()) -> Consultation:
    consultation = fetch_consultation(request, slug, follows=follows)
    require(viewer_of(request), "consultations.read_participations", consultation)
    return consultation


def _fetch(consultation: Consultation, pk: int) -> Participation:
    rows = Participation.objects.filter(consultation=consultation, user__isnull=False)
    return get_object_or_404(rows.select_related("user", "consultation", "suspension__reason"), pk=pk)


def _tabs(path: str, words: str, *, only_suspended: bool) -> list[dict[str, object]]:
    return [
        {
            "label": label,
            "href": f"{path}?{_query(words, only_suspended=of_suspended)}".rstrip("?"),
            "current": of_suspended == only_suspended,
        }
        for of_suspended, label in ((False, _("Toutes les personnes")), (True, _("Suspendues")))
    ]


def _query(words: str, *, only_suspended: bool) -> str:
    """Return the query string of the list's filters, for links that keep them."""
    asked = {"etat": "suspendues" if only_suspended else "", "qui": words}
    return urlencode({name: value for name, value in asked.items() if value})
