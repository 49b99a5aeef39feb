"""Join a consultation, and change later what one declared there."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from concertation.accounts import deferred_acts
from concertation.accounts.addresses import next_path
from concertation.accounts.forms import focus_first
from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.permissions import require
from concertation.viewer import viewer_of

from ..actions import edit_participation, join_consultation
from ..audiences import participation_of
from ..fetch import fetch_consultation
from ..forms.joining import JoinForm, ParticipationForm
from ..models import Consultation, Participation
from .refusals import add_saved_message, add_to_form, status_of


@never_cache
@login_required
def join(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    consultation = fetch_consultation(request, slug)
    act = deferred_acts.act_of(request)
    # The parameter with the page to return to.
    after = deferred_acts.address_of_act(request) or next_path(request)
    after = after or reverse("consultations:home", args=[consultation.slug])
    if participation_of(viewer_of(request), consultation) is not None:
        return redirect(after)
    if consultation.archived:
        return _archived(request, consultation, "consultations.join", consultation)
    form = JoinForm(request.POST or None, consultation=consultation, user=request.user)
    if request.method == "POST" and form.is_valid():
        accepts = bool(form.cleaned_data.get("accepts_charter"))
        try:
            values = form.values(by=request.user)
            join_consultation(consultation, **values, accepts_charter=accepts, now=now, by=request.user)
        except ValidationError as refusal:
            add_to_form(form, refusal)
        else:
            if act is not None:
                return deferred_acts.go_on(request, act)
            messages.success(request, _("Vous participez à la concertation."))
            return redirect(after)
    focus_first(form)
    context = {"consultation": consultation, "form": form, "next": next_path(request), "act": act}
    return render(request, "consultations/join.html", context, status=status_of(form))


@never_cache
@login_required
def participation(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_consultation(request, slug)
    mine = Participation.objects.select_related(
        "organisation__merged_into", "user", "consultation__charter", "actor_kind", "territory"
    )
    found = mine.filter(consultation=consultation, user=request.user).first()
    if found is None:
        return redirect("consultations:join", consultation.slug)
    if consultation.archived:
        return _archived(request, consultation, "consultations.edit_participation", found)
    form = ParticipationForm(request.POST or None, participation=found)
    if request.method == "POST" and form.is_valid():
        try:
            edit_participation(found, by=request.user, **form.values(by=request.user))
        except ValidationError as refusal:
            add_to_form(form, refusal)
        else:
            add_saved_message(
                request, form, _("Vos réponses sont enregistrées. Ce que vous avez déjà écrit ne change pas.")
            )
            return redirect("consultations:home", consultation.slug)
    return render(request, "consultations/participation.html", {"consultation": consultation, "form": form})


def _archived(
    request: AuthenticatedHttpRequest, consultation: Consultation, act: str, obj: Consultation | Participation
) -> HttpResponse:
    """Show that the consultation is archived, and refuse a form that is sent all the same."""
    if request.method == "POST":
        require(viewer_of(request), act, obj)
    context = {"consultation": consultation, "participation": None if obj is consultation else obj}
    return render(request, "consultations/join_archived.html", context)
