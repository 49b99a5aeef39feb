"""Recommendations: the list, and the page of one with its evidence."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.consultations.fetch import form_on
from concertation.consultations.forms.choices import keys_in
from concertation.consultations.views.refusals import add_saved_message, add_to_form, status_of
from concertation.keyset import page_of
from concertation.texts.fields import has_words
from concertation.texts.templatetags.french import count

from ...fetch import fetch_recommendation, fetch_workshop
from ...models import Evidence, Extract, Recommendation
from .. import actions
from ..forms import SHOWN_EXTRACTS, CitationForm, NewRecommendationForm, RecommendationForm

SHOWN_CITATIONS = 60


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recommendation_list(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_workshop(request, slug, "syntheses.write")
    form = NewRecommendationForm(request.POST or None, initial={"kind": Recommendation.Kind.RECOMMENDATION})
    if form.is_valid():
        try:
            made = actions.create_recommendation(consultation, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("syntheses:recommendation", slug, made.number)
    counts = {stance: Count("evidence", filter=Q(evidence__stance=stance)) for stance in Evidence.Stance.values}
    context = {
        "consultation": consultation,
        "section": "recommandations",
        "form": form,
        "recommendations": Recommendation.objects.filter(consultation=consultation).annotate(**counts),
    }
    return render(request, "syntheses/recommendations.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recommendation(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    found = fetch_recommendation(request, slug, number)
    form = RecommendationForm(request.POST or None, instance=found)
    if form.is_valid():
        try:
            actions.edit_recommendation(found, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            add_to_form(form, error)
        else:
            add_saved_message(request, form, _("Recommandation enregistrée."))
            return redirect("syntheses:recommendation", slug, number)
    return _page(request, fetch_recommendation(request, slug, number), form=form)


@form_on("syntheses:recommendation")
@login_required
def cite(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    found = fetch_recommendation(request, slug, number)
    form = CitationForm(request.POST, consultation=found.consultation)
    if form.is_valid():
        try:
            cited = actions.cite_all(found, **form.cited(), by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            added = count(len(cited), "citation ajoutée,citations ajoutées")
            messages.success(request, _("%(added)s à %(ref)s.") % {"added": added, "ref": found.ref})
            words = _searched(request)
            return redirect(
                reverse("syntheses:recommendation", args=[slug, number], query={"mots": words} if words else None)
            )
    return _page(request, found, citation_form=form)


@login_required
@require_POST
def uncite(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    consultation = fetch_workshop(request, slug, "syntheses.write")
    evidence = get_object_or_404(
        Evidence.objects.select_related("recommendation", "extract__contribution", "contribution"),
        pk=pk,
        recommendation__consultation=consultation,
    )
    actions.uncite(evidence, by=request.user)
    messages.success(request, _("Citation retirée."))
    return redirect("syntheses:recommendation", slug, evidence.recommendation.number)


def _page(request: AuthenticatedHttpRequest, found: Recommendation, **forms: Any) -> HttpResponse:
    citation_form = forms.get("citation_form") or CitationForm(consultation=found.consultation)
    ticked = keys_in(citation_form["extracts"].value() or ())[:SHOWN_EXTRACTS]
    words = _searched(request)
    cited = Evidence.objects.filter(recommendation=found)
    context = {
        "consultation": found.consultation,
        "section": "recommandations",
        "recommendation": found,
        "form": forms.get("form") or RecommendationForm(instance=found),
        "citation_form": citation_form,
        "citations": page_of(cited.with_words(), ("position", "pk"), request.GET, SHOWN_CITATIONS),
        "extracts": _offered(found, words, ticked),
        "ticked": ticked,
        "words": words,
    }
    status = next((status_of(form) for form in forms.values()), 200)
    return render(request, "syntheses/recommendation.html", context, status=status)


def _searched(request: AuthenticatedHttpRequest) -> str:
    """Return the words that the extracts are searched for, which the form of citations carries."""
    given: str = request.POST.get("mots") or request.GET.get("mots", "")
    return " ".join(given.replace("\x00", "").split())[:80]


def _offered(found: Recommendation, words: str, ticked: Sequence[int]) -> list[Extract]:
    """Return the extracts to choose from: first those that are ticked, then the latest with these words."""
    readable = Extract.objects.filter(contribution__consultation=found.consultation).readable().with_words()
    readable = readable.order_by("-at", "-pk")
    kept = list(readable.filter(pk__in=ticked)) if ticked else []
    cited = Evidence.objects.filter(recommendation=found, extract__isnull=False).values("extract")
    others = readable.filter(has_words(words, "folded")).exclude(pk__in=cited).exclude(pk__in=ticked)
    return [*kept, *others[: SHOWN_EXTRACTS - len(kept)]]
