"""Taking a seat, giving it up, and the list that those who run the atelier read."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.consultations.actions.suspensions import NO_SEAT
from concertation.consultations.audiences import suspension_of
from concertation.consultations.views.refusals import add_to_form
from concertation.live.cursor import cursor_for
from concertation.permissions import may

from .. import actions
from ..fetch import fetch_atelier, fetch_to
from ..forms import RegisterForm
from ..models import Atelier, Registration
from ..seats_left import are_full, places_of


@never_cache
@login_required
def register(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    now = timezone.now()
    atelier = fetch_atelier(request, slug, number, now)
    if atelier.registration_of(request.user):
        return redirect("ateliers:detail", slug, number)
    if atelier.consultation.archived:  # joining would only lead back here
        raise PermissionDenied
    if suspension_of(request.user, atelier.consultation, now):
        messages.warning(request, NO_SEAT)
        return redirect("ateliers:detail", slug, number)
    if not may(request.user, "ateliers.register", atelier):
        return redirect(f"{reverse('consultations:join', args=[slug])}?next={request.path}")
    form = RegisterForm(request.POST if request.method == "POST" else None, atelier=atelier)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.register(atelier, mode=form.cleaned_data.get("mode", ""), by=request.user, now=now)
        except ValidationError as refusal:
            add_to_form(form, refusal)
        else:
            messages.success(request, _said(made))
            return redirect("ateliers:detail", slug, number)
    live_cursor = cursor_for(request.user, f"atelier:{atelier.pk}", now=now)
    # Read again once the cursor is taken: what happens in between is told again, never lost.
    atelier = fetch_atelier(request, slug, number, now)
    places = places_of([atelier])[atelier.pk]
    frame = {**_frame_of(atelier), "live_cursor": live_cursor}
    context = {**frame, "form": form, "places": places, "is_full": are_full(places)}
    return render(request, "ateliers/register.html", context)


@never_cache
@login_required
def unregister(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    now = timezone.now()
    atelier = fetch_atelier(request, slug, number, now)
    registration = atelier.registration_of(request.user)
    if registration is None:
        return redirect("ateliers:detail", slug, number)
    return _cancel(request, registration, back=reverse("ateliers:detail", args=[slug, number]))


@never_cache
@login_required
@require_safe
def registrations(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    now = timezone.now()
    known = fetch_to(request, slug, number, now, "ateliers.read_registrations")
    live_cursor = cursor_for(request.user, f"atelier:{known.pk}", now=now)
    # Read again once the cursor is taken: what happens in between is told again, never lost.
    atelier = fetch_atelier(request, slug, number, now)
    standing = atelier.registrations.standing().select_related("user")
    context = {
        **_frame_of(atelier),
        "live_cursor": live_cursor,
        "changes_at": atelier.next_change(now),
        "confirmed": standing.confirmed(),
        "waiting": standing.waiting(),
        "cancelled": atelier.registrations.filter(state=Registration.State.CANCELLED).count(),
        "places": places_of([atelier])[atelier.pk],
        "may_cancel": may(request.user, "ateliers.manage_registrations", atelier) and not atelier.has_started(now),
    }
    return render(request, "ateliers/registrations.html", context)


@never_cache
@login_required
def cancel_for(request: AuthenticatedHttpRequest, slug: str, number: int, pk: int) -> HttpResponse:
    atelier = fetch_to(request, slug, number, timezone.now(), "ateliers.manage_registrations")
    registration = get_object_or_404(atelier.registrations.standing().select_related("user"), pk=pk)
    return _cancel(request, registration, back=reverse("ateliers:registrations", args=[slug, number]))


def _cancel(request: AuthenticatedHttpRequest, registration: Registration, *, back: str) -> HttpResponse:
    """Asked once, in the words of what will happen, then done."""
    atelier = registration.atelier
    if request.method == "POST":
        try:
            actions.cancel_registration(registration, by=request.user, now=timezone.now())
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, _("L’inscription est annulée."))
        return redirect(back)
    context = {
        **_frame_of(atelier),
        "registration": registration,
        "is_mine": registration.user_id == request.user.pk,
        "back": back,
    }
    return render(request, "ateliers/unregister.html", context)


def _frame_of(atelier: Atelier) -> dict[str, Any]:
    return {"consultation": atelier.consultation, "section": "ateliers", "atelier": atelier}


def _said(registration: Registration) -> str:
    if registration.is_confirmed:
        return _("Votre place est confirmée. Un courriel vous le rappelle, avec le rendez-vous pour votre agenda.")
    return _("L’atelier est complet : vous êtes sur la liste d’attente.")
