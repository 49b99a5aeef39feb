"""The page from which a thread is moved to another topic."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from concertation.accounts.addresses import next_path
from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.consultations.views.refusals import add_to_form
from concertation.permissions import require
from concertation.texts.templatetags.french import quoted
from concertation.viewer import viewer_of

from ..actions import move_thread
from ..fetch import fetch_contribution
from .forms import MoveForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    now = timezone.now()
    contribution = fetch_contribution(request, slug, number)
    require(viewer_of(request), "contributions.move", contribution)
    if contribution.root is not None:
        messages.info(request, _("Un fil se déplace entier : voici la contribution qui l’ouvre."))
        return redirect("contributions:move", slug, contribution.root.number)
    form = MoveForm(request.POST or None, contribution=contribution)
    back = next_path(request) or reverse("contributions:decide", args=[slug, number])
    if form.is_valid():
        try:
            moved = move_thread(contribution, **form.cleaned_data, now=now, by=request.user)
        except ValidationError as refusal:
            add_to_form(form, refusal)
        else:
            words = {"ref": moved.ref, "topic": quoted(moved.topic.title)}
            messages.success(request, _("Le fil %(ref)s est maintenant dans %(topic)s.") % words)
            return redirect(back)
    context = {
        "consultation": contribution.consultation,
        "section": "moderation",
        "contribution": contribution,
        "form": form,
        "back": back,
    }
    return render(request, "moderation/move.html", context, status=422 if form.is_bound else 200)
