"""« Voir comme »: choose as whom, and at which date, to see the pages of a consultation."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.permissions import require
from concertation.viewer import viewer_of

from ..fetch import fetch_consultation
from ..forms.seen_as import SeenAsForm
from ..seen_as import SeenAs, Who
from .refusals import status_of


@never_cache
@login_required
@require_safe
def choose(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_consultation(request, slug)
    require(viewer_of(request), "consultations.see_as", consultation)
    form = SeenAsForm(request.GET or None, consultation=consultation)
    if form.is_bound and form.is_valid():
        seen_as = SeenAs(Who(form.cleaned_data["qui"]), form.cleaned_data["le"], consultation)
        return redirect(seen_as.prefix + reverse("consultations:home", args=[consultation.slug]))
    context = {"consultation": consultation, "section": "see_as", "form": form}
    return render(request, "organiser/see_as.html", context, status=status_of(form))
