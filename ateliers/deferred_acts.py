"""A registration by someone who is not logged in: stored in the session, then made after log-in."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concertation.accounts import deferred_acts
from concertation.accounts.deferred_acts import ActKind, DeferredAct, Outcome
from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.consultations.actions.suspensions import NO_SEAT
from concertation.consultations.audiences import suspension_of
from concertation.permissions import may
from concertation.viewer import viewer_of
from contributions.deferred_acts import first_step, has_joined

from . import actions
from .fetch import fetch_atelier
from .models import Atelier, Registration

KIND = "registration"


def store_registration(request: HttpRequest, atelier: Atelier, *, mode: str) -> DeferredAct:
    payload = {"slug": atelier.consultation.slug, "number": atelier.number, "mode": mode}
    return deferred_acts.store(request, KIND, payload)


def add_registered_message(request: HttpRequest, made: Registration) -> None:
    if made.is_confirmed:
        words = _("Votre place est confirmée. Un courriel vous le rappelle, avec le rendez-vous pour votre agenda.")
    else:
        words = _("L’atelier est complet\u00a0: vous êtes sur la liste d’attente.")
    messages.success(request, words)


def _register_stored(request: AuthenticatedHttpRequest, act: DeferredAct) -> Outcome:
    given, now = act.payload, timezone.now()
    try:
        atelier = fetch_atelier(request, given["slug"], given["number"])
    except Http404:
        messages.warning(request, _("Cet atelier n’est plus affiché\u00a0: on ne peut plus s’y inscrire."))
        return Outcome("/")
    consultation = atelier.consultation
    page = reverse("ateliers:detail", args=[given["slug"], given["number"]])
    if suspension_of(viewer_of(request), consultation):
        messages.warning(request, NO_SEAT)
        return Outcome(page)
    if not may(viewer_of(request), "ateliers.register", atelier):
        if consultation.archived or has_joined(request, consultation):
            messages.warning(request, _("On ne peut plus s’inscrire à cet atelier."))
            return Outcome(page)
        return Outcome(first_step(request, act, given["slug"]), is_done=False)
    try:
        add_registered_message(request, actions.register(atelier, mode=given["mode"], by=request.user, now=now))
    except ValidationError as refusal:
        messages.warning(request, " ".join(refusal.messages))
    return Outcome(page)


def _show(request: HttpRequest, payload: Mapping[str, Any]) -> str:
    try:
        atelier = fetch_atelier(request, payload["slug"], payload["number"])
    except Http404:
        return ""
    return render_to_string("ateliers/deferred_registration.html", {"atelier": atelier})


def register() -> None:
    deferred_acts.kinds.add(
        ActKind(
            name=KIND,
            title=gettext_lazy("Vous inscrire à l’atelier"),
            submit=gettext_lazy("S’inscrire à l’atelier"),
            show=_show,
            perform=_register_stored,
        )
    )
