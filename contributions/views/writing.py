"""Post a text: the composer comes first, log-in after it, and the typed text is never lost.

A visitor's text is stored in their session while they log in and join.
"""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from concertation.accounts import deferred_acts
from concertation.accounts.drafts import remember_saved
from concertation.accounts.http import AuthenticatedHttpRequest, NotSaved, SeeOther, comes_from_elsewhere, is_fetch
from concertation.accounts.identification import begin
from concertation.consultations.actions.suspensions import SUSPENDED
from concertation.consultations.audiences import participation_of, suspension_of
from concertation.consultations.standing import standing_of
from concertation.journal import receipts
from concertation.viewer import before_its_verb, viewer_of

from ..deferred_acts import publish, store_text
from ..fetch import fetch_contribution, fetch_topic
from ..forms import ComposerForm, show_errors
from ..models import Contribution
from ..permalinks import add_published_message, already_published, place_of
from ..rules import is_staff_at
from ..shells import shell_for
from .thread import thread_page
from .topic import topic_page


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a text posted from any page of this site: shared pages have no CSRF token."""
    if request.method != "POST":
        return redirect("contributions:topic", slug, fetch_topic(request, slug, pk).pk)
    view: Callable[..., HttpResponse] = _post
    if request.user.is_authenticated or comes_from_elsewhere(request):
        view = csrf_protect(_post)
    return view(request, slug, pk)


def _post(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    now = timezone.now()
    with before_its_verb(request):
        parent = _parent(request, slug)
        # The parent may have moved to another topic.
        topic = parent.topic if parent else fetch_topic(request, slug, pk)
        is_staff = is_staff_at(viewer_of(request), topic)
        composer = ComposerForm(request.POST, topic=topic, parent=parent, is_staff=is_staff, now=now)
        refusal = _refusal(request, composer, slug)
    return refusal or _publish(cast(AuthenticatedHttpRequest, request), composer, now)


def _refusal(request: HttpRequest, composer: ComposerForm, slug: str) -> HttpResponse | None:
    """Return the form with its errors, or the step before publication; None if the text may be published."""
    if not composer.is_valid():
        return _mend(request, composer, 422)
    if not request.user.is_authenticated:
        act = store_text(request, composer)
        address = composer.cleaned_data["adresse"]
        if not address:
            return _first(request, act.step("accounts:identify"))
        return begin(request, address, act=act.name, now=composer.now)
    viewer, consultation = viewer_of(request), composer.topic.phase.consultation
    if suspension_of(viewer, consultation):
        composer.add_error(None, SUSPENDED)
        return _mend(request, composer, 422)
    if not composer.cleaned_data.get("equipe") and participation_of(viewer, consultation) is None:
        return _first(request, store_text(request, composer).step("consultations:join", slug))
    return None


def _first(request: HttpRequest, step: str) -> HttpResponse:
    """Redirect to the step before publication; a script gets its address."""
    return HttpResponse(step, status=202, content_type="text/plain") if is_fetch(request) else NotSaved(step)


def _parent(request: HttpRequest, slug: str) -> Contribution | None:
    number = request.POST.get("parent", "")
    is_number = number.isascii() and number.isdecimal() and len(number) <= 18
    return fetch_contribution(request, slug, int(number)) if is_number else None


def _mend(request: HttpRequest, composer: ComposerForm, status: int) -> HttpResponse:
    """Render the composer again, with the text and its errors: in its page, or alone for a script."""
    if is_fetch(request):
        return render(request, "contributions/composer.html", {"composer": composer}, status=status)
    slug = composer.topic.phase.consultation.slug
    if composer.answered is not None:
        contribution = fetch_contribution(request, slug, composer.answered.number or 0, follows=["topic"])
        return thread_page(request, contribution, composer=composer, status=status)
    topic = fetch_topic(request, slug, composer.topic.pk, follows=["topic"])
    return topic_page(request, topic, composer=composer, status=status)


def _publish(request: AuthenticatedHttpRequest, composer: ComposerForm, now: datetime) -> HttpResponse:
    try:
        written = publish(composer, by=request.user)
    except receipts.Conflict:
        form = composer.renamed()
        form.add_error(
            None,
            _(
                "Ce formulaire a déjà servi à publier un autre texte. Le vôtre est conservé ci-dessous : "
                "publiez-le à nouveau s’il s’agit bien d’une autre contribution."
            ),
        )
        return _mend(request, form, 409)
    except ValidationError as error:
        show_errors(composer, error)
        return _mend(request, composer, 422)
    if is_fetch(request) and receipts.is_identical(written):
        composer.add_error(None, already_published(written))
        return _mend(request, composer, 409)
    return _published(request, composer, written)


def _published(request: HttpRequest, composer: ComposerForm, written: Contribution) -> HttpResponse:
    deferred_acts.forget(request, composer.cleaned_data["client_uuid"])
    if is_fetch(request):
        shell = shell_for(standing_of(viewer_of(request), written.consultation), written)
        context = {"shell": shell, "consultation": written.consultation, "is_reply": written.parent_id is not None}
        return render(request, "contributions/answer.html", context, status=201)
    add_published_message(request, written)
    answer = SeeOther(place_of(written))
    remember_saved(request, answer, composer.draft_key)
    return answer
