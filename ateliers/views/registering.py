"""Register, cancel, and list the registrations of an atelier."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from concertation.accounts.http import AuthenticatedHttpRequest, NotSaved, comes_from_elsewhere
from concertation.consultations.actions.suspensions import NO_SEAT
from concertation.consultations.audiences import suspension_of
from concertation.consultations.views.refusals import add_to_form
from concertation.permissions import may
from concertation.viewer import viewer_of
from contributions.deferred_acts import first_step

from .. import actions
from ..deferred_acts import add_registered_message, store_registration
from ..fetch import fetch_atelier, fetch_to
from ..forms import RegisterForm
from ..models import Atelier, Registration
from ..seats_left import are_full, places_of


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Register; who does not take part yet says who they are after the form, which is stored meanwhile.

    A visitor's page has no CSRF token.
    """
    is_checked = request.user.is_authenticated or comes_from_elsewhere(request)
    view: Callable[..., HttpResponse] = csrf_protect(_register) if is_checked else _register
    return view(request, slug, number)


def _register(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    atelier = fetch_atelier(request, slug, number, follows=[] if request.method == "POST" else ["atelier"])
    if request.user.is_authenticated and atelier.registration_of(request.user):
        return redirect("ateliers:detail", slug, number)
    if atelier.consultation.archived:
        raise PermissionDenied
    if suspension_of(viewer_of(request), atelier.consultation):
        messages.warning(request, NO_SEAT)
        return redirect("ateliers:detail", slug, number)
    form = RegisterForm(request.POST if request.method == "POST" else None, atelier=atelier)
    answer = _sent(request, atelier, form) if form.is_valid() else None
    if answer is not None:
        return answer
    if request.method == "POST":
        atelier = fetch_atelier(request, slug, number, follows=["atelier"])
    return _register_page(request, atelier, form)


def _sent(request: HttpRequest, atelier: Atelier, form: RegisterForm) -> HttpResponse | None:
    """Register, or store the registration and go to the step before it; None if the form says why it is refused."""
    slug, mode = atelier.consultation.slug, form.cleaned_data.get("mode", "")
    if not may(viewer_of(request), "ateliers.register", atelier):
        return NotSaved(first_step(request, store_registration(request, atelier, mode=mode), slug))
    try:
        made = actions.register(atelier, mode=mode, by=viewer_of(request).person, now=viewer_of(request).now)
    except ValidationError as refusal:
        add_to_form(form, refusal)
        return None
    add_registered_message(request, made)
    return redirect("ateliers:detail", slug, atelier.number)


def _register_page(request: HttpRequest, atelier: Atelier, form: RegisterForm) -> HttpResponse:
    places = places_of([atelier])[atelier.pk]
    context = {**_frame_of(atelier), "form": form, "places": places, "is_full": are_full(places)}
    return render(request, "ateliers/register.html", context)


@never_cache
@login_required
def unregister(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    atelier = fetch_atelier(request, slug, number)
    registration = atelier.registration_of(request.user)
    if registration is None:
        return redirect("ateliers:detail", slug, number)
    return _cancel(request, registration, back=reverse("ateliers:detail", args=[slug, number]))


@never_cache
@login_required
@require_safe
def registrations(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    now = timezone.now()
    atelier = fetch_to(request, slug, number, "ateliers.read_registrations", follows=["atelier"])
    standing = atelier.registrations.active().select_related("user")
    context = {
        **_frame_of(atelier),
        "changes_at": atelier.next_change(now),
        "confirmed": standing.confirmed(),
        "waiting": standing.waiting(),
        "cancelled": atelier.registrations.filter(state=Registration.State.CANCELLED).count(),
        "places": places_of([atelier])[atelier.pk],
        "may_mark_trials": atelier.consultation.takes_trials(now),
        "may_cancel": may(viewer_of(request), "ateliers.manage_registrations", atelier)
        and not atelier.has_started(now),
    }
    return render(request, "ateliers/registrations.html", context)


@never_cache
@login_required
def cancel_for(request: AuthenticatedHttpRequest, slug: str, number: int, pk: int) -> HttpResponse:
    atelier = fetch_to(request, slug, number, "ateliers.manage_registrations")
    registration = get_object_or_404(atelier.registrations.active().select_related("user"), pk=pk)
    return _cancel(request, registration, back=reverse("ateliers:registrations", args=[slug, number]))


def _cancel(request: AuthenticatedHttpRequest, registration: Registration, *, back: str) -> HttpResponse:
    """Ask for confirmation on GET, cancel on POST."""
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
