"""Change existing contributions: edit, withdraw, react, tag."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from concertation.accounts.http import AuthenticatedHttpRequest, NotSaved, SeeOther, comes_from_elsewhere, is_fetch
from concertation.consultations.actions.suspensions import SUSPENDED
from concertation.consultations.audiences import suspension_of
from concertation.consultations.standing import standing_of
from concertation.consultations.views.refusals import add_saved_message, status_of
from concertation.permissions import require
from concertation.viewer import viewer_of

from ..actions import (
    add_keyword,
    edit_contribution,
    tag_contribution,
    untag_contribution,
    withdraw_contribution,
)
from ..deferred_acts import first_step, has_joined, refusal_of_reaction, store_reaction
from ..fetch import fetch_contribution, fetch_to_withdraw, fetch_topic
from ..forms import EditForm, KeywordsForm, show_errors
from ..models import Contribution, Keyword, Reaction, TaggedContribution
from ..permalinks import page_before, place_of
from ..rules import is_author, may_read_topic
from ..shells import shell_for
from .topic import frame_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    now = timezone.now()
    contribution = fetch_contribution(request, slug, number)
    if request.method != "POST" or not is_author(viewer_of(request), contribution):
        require(viewer_of(request), "contributions.edit", contribution)
    form = EditForm(request.POST if request.method == "POST" else None, contribution=contribution)
    if form.is_bound and form.is_valid():
        try:
            _save(request, contribution, form, now)
        except ValidationError as error:
            show_errors(form, error)
        else:
            return SeeOther(place_of(contribution))
    return _page(request, "contributions/edit.html", contribution, now, status=status_of(form), form=form)


def _save(request: AuthenticatedHttpRequest, contribution: Contribution, form: EditForm, now: datetime) -> None:
    """Save the new words, or show beside them a suspension that began meanwhile."""
    if suspension_of(viewer_of(request), contribution.consultation):
        raise ValidationError(SUSPENDED)
    edit_contribution(contribution, **form.values, by=request.user, now=now)
    add_saved_message(request, form, _("Votre texte est modifié. La version précédente reste dans l’historique."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    now = timezone.now()
    contribution = fetch_to_withdraw(request, slug, number)
    require(viewer_of(request), "contributions.withdraw", contribution)
    reads_on = may_read_topic(viewer_of(request), contribution.topic)
    if request.method == "POST":
        withdraw_contribution(contribution, by=request.user, now=now)
        messages.success(request, _("Votre contribution %(ref)s est retirée.") % {"ref": contribution.ref})
        topic = reverse("contributions:topic", args=[slug, contribution.topic_id])
        return SeeOther(topic if reads_on else reverse("accounts:me"))
    if not reads_on:
        return render(request, "contributions/withdraw.html", {"contribution": contribution})
    return _page(request, "contributions/withdraw.html", contribution, now)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def acts(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Handle the one form of a page of threads: ``reaction=142:agree``. A visitor is sent to log-in."""
    if request.method != "POST":
        return redirect("contributions:topic", slug, fetch_topic(request, slug, pk).pk)
    view: Callable[..., HttpResponse] = _react
    if request.user.is_authenticated or comes_from_elsewhere(request):
        view = csrf_protect(_react)
    return view(request, slug)


def _react(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    number, _sep, kind = request.POST.get("reaction", "").partition(":")
    wanted = int(number) if number.isascii() and number.isdecimal() and len(number) < 9 else 0
    contribution = fetch_contribution(request, slug, wanted)
    if not has_joined(request, contribution.consultation):
        return _identify_first(request, contribution, kind)
    kind_wanted = _wanted(request, contribution, kind)
    refusal = refusal_of_reaction(contribution, kind=kind_wanted, by=request.user, now=now)
    return _reacted(request, contribution, refusal, status=422 if refusal else 200)


def _identify_first(request: HttpRequest, contribution: Contribution, kind: str) -> HttpResponse:
    """Store the reaction in the session and redirect to the steps before it: identify, join."""
    back = page_before(request, contribution)
    if kind not in Reaction.Kind.values:
        return SeeOther(back)
    act = store_reaction(request, contribution, kind, back=back)
    return NotSaved(first_step(request, act, contribution.consultation.slug))


def _wanted(request: HttpRequest, contribution: Contribution, kind: str) -> str | None:
    """Return the wanted reaction: pressing one’s own again removes it; a script, which may retry, names it."""
    if "voulue" in request.POST:
        return request.POST["voulue"] or None
    if not request.user.is_authenticated:
        return kind
    own = contribution.reactions.filter(participation__user=request.user).first()
    return None if own is not None and own.kind == kind else kind


def _reacted(request: HttpRequest, contribution: Contribution, refusal: str, *, status: int) -> HttpResponse:
    if is_fetch(request):
        if refusal:
            return HttpResponse(refusal, status=status, content_type="text/plain; charset=utf-8")
        fresh = fetch_contribution(request, contribution.consultation.slug, contribution.number or 0)
        shell = shell_for(standing_of(viewer_of(request), fresh.consultation), fresh)
        return render(request, "contributions/reacted.html", {"shell": shell})
    if refusal:
        messages.warning(request, refusal)
    return SeeOther(page_before(request, contribution))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def keywords(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    now = timezone.now()
    contribution = fetch_contribution(request, slug, number)
    require(viewer_of(request), "contributions.tag", contribution)
    uses = TaggedContribution.objects.accepted().filter(content_object=contribution)
    present = [use.tag for use in uses.select_related("tag")]
    data = request.POST if request.method == "POST" else None
    form = KeywordsForm(data, contribution=contribution, present=present)
    if form.is_bound and form.is_valid():
        try:
            _retag(request, contribution, form, present)
        except ValidationError as error:
            form.add_error("nouveaux", error.messages)
        else:
            messages.success(request, _("Mots-clés enregistrés."))
            return SeeOther(place_of(contribution))
    status = 422 if form.errors else 200
    return _page(request, "contributions/keywords.html", contribution, now, status=status, form=form)


def _retag(
    request: AuthenticatedHttpRequest, contribution: Contribution, form: KeywordsForm, present: list[Keyword]
) -> None:
    """Add what was ticked or typed, remove what was unticked; what others changed meanwhile does not change."""
    now = timezone.now()
    seen = form.seen("mots")
    ticked = list(form.cleaned_data.get("mots") or [])
    wanted = [one for one in ticked if one.pk not in seen]
    wanted += [add_keyword(contribution.consultation, name=name, by=request.user) for name in form.new_names]
    tag_contribution(contribution, keywords=wanted, by=request.user, now=now)
    gone = [one for one in present if one.pk in seen and one not in (*ticked, *wanted)]
    untag_contribution(contribution, keywords=gone, by=request.user, now=now)


def _page(
    request: AuthenticatedHttpRequest,
    template: str,
    contribution: Contribution,
    now: datetime,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    standing = standing_of(viewer_of(request), contribution.consultation)
    context = {**frame_of(contribution.topic, standing), "contribution": contribution, **more}
    return render(request, template, context, status=status)
