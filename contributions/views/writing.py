"""Writing: one fills the composer first, says who one is after; what was typed is never lost on the way.

Until a code is entered nothing of it is stored on the server: it travels in the hidden fields of the steps.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from concertation.accounts.drafts import remember_saved
from concertation.accounts.http import AuthenticatedHttpRequest, SeeOther, is_fetch
from concertation.accounts.identification import begin, proceed
from concertation.consultations.actions.participations import join_consultation
from concertation.consultations.actions.suspensions import SUSPENDED
from concertation.consultations.audiences import suspension_of
from concertation.consultations.forms.joining import JoinForm
from concertation.consultations.models import Participation, Topic
from concertation.journal import receipts

from ..actions import post_contribution
from ..fetch import fetch_contribution, fetch_topic
from ..forms import ComposerForm, show_errors
from ..models import Contribution, State
from ..rules import is_staff_at
from ..shells import reader_of, shell_for
from .thread import thread_page
from .topic import topic_page

JOIN = "rejoindre"


@sensitive_post_parameters("code", "mot_de_passe")
@csrf_exempt
@require_POST
def post(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Anyone may hand in the composer, for it stores nothing by itself; every further step is protected."""
    view: Callable[..., HttpResponse] = _post
    if request.user.is_authenticated or "etape" in request.POST:
        view = csrf_protect(_post)
    return view(request, slug, pk)


def _post(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    now = timezone.now()
    parent = _parent(request, slug, now)
    # A reply goes where its thread is by now.
    topic = parent.topic if parent else fetch_topic(request, slug, pk, now)
    is_staff = is_staff_at(request.user, topic, now)
    composer = ComposerForm(request.POST, topic=topic, parent=parent, is_staff=is_staff, now=now)
    if not composer.is_valid():
        return _mend(request, composer, 422)
    if not request.user.is_authenticated:
        answer = _identify(request, composer, now)
        if answer is not None:
            return answer
    known = cast(AuthenticatedHttpRequest, request)
    if suspension_of(request.user, topic.phase.consultation, now):
        composer.add_error(None, SUSPENDED)
        return _mend(request, composer, 422)
    if not composer.cleaned_data.get("equipe") and not _has_joined(known, topic):
        answer = _join(known, composer, now)
        if answer is not None:
            return answer
    return _publish(known, composer, now)


def _parent(request: HttpRequest, slug: str, now: datetime) -> Contribution | None:
    number = request.POST.get("parent", "")
    is_number = number.isascii() and number.isdecimal() and len(number) <= 18
    return fetch_contribution(request, slug, int(number), now) if is_number else None


def _mend(request: HttpRequest, composer: ComposerForm, status: int) -> HttpResponse:
    """The composer again, with the text and what is wrong with it: in its page, or alone for the script."""
    if is_fetch(request):
        return render(request, "contributions/composer.html", {"composer": composer}, status=status)
    if composer.answered is not None:
        return thread_page(request, composer.answered, composer.now, composer=composer, status=status)
    return topic_page(request, composer.topic, composer.now, composer=composer, status=status)


def _identify(request: HttpRequest, composer: ComposerForm, now: datetime) -> HttpResponse | None:
    """The steps by which one says who one is, around the kept text; None once one has."""
    state = proceed(request, now=now) if "etape" in request.POST else begin()
    if state.answer is None:
        context = _step(composer) | {"identification": state}
        return render(request, "contributions/identify.html", context, status=state.status)
    # A second factor is asked on its own page: the browser keeps the text meanwhile.
    return None if request.user.is_authenticated else state.answer


def _has_joined(request: AuthenticatedHttpRequest, topic: Topic) -> bool:
    return Participation.objects.filter(user=request.user, consultation=topic.phase.consultation).exists()


def _join(request: AuthenticatedHttpRequest, composer: ComposerForm, now: datetime) -> HttpResponse | None:
    """Who one is in this concertation, asked once, around the kept text; None once one has joined."""
    consultation = composer.topic.phase.consultation
    data = request.POST if request.POST.get("etape") == JOIN else None
    form = JoinForm(data, consultation=consultation, user=request.user)
    if form.is_valid():
        try:
            accepts = form.cleaned_data.get("accepts_charter", False)
            values = form.values(by=request.user)
            join_consultation(consultation, **values, accepts_charter=accepts, now=now, by=request.user)
        except ValidationError as error:
            show_errors(form, error)
        else:
            return None
    context = _step(composer) | {"form": form}
    return render(request, "contributions/join.html", context, status=200 if data is None else 422)


def _step(composer: ComposerForm) -> dict[str, Any]:
    topic = composer.topic
    consultation = topic.phase.consultation
    return {
        "consultation": consultation,
        "section": "debat",
        "topic": topic,
        "composer": composer,
        "kept": list(composer.kept),
        "action": reverse("contributions:post", args=[consultation.slug, topic.pk]),
    }


def _publish(request: AuthenticatedHttpRequest, composer: ComposerForm, now: datetime) -> HttpResponse:
    given = composer.cleaned_data
    try:
        written = post_contribution(
            composer.topic,
            **composer.values,
            parent=composer.answered,
            client_uuid=given["client_uuid"] or None,
            as_team=given.get("equipe", False),
            by=request.user,
            now=now,
        )
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
    return _published(request, composer, written, now)


def _published(request: HttpRequest, composer: ComposerForm, written: Contribution, now: datetime) -> HttpResponse:
    if is_fetch(request):
        written = fetch_contribution(request, written.consultation.slug, written.number or 0, now)
        shell = shell_for(reader_of(request.user, written.consultation, now), written)
        context = {"shell": shell, "consultation": written.consultation, "is_reply": written.parent_id is not None}
        return render(request, "contributions/answer.html", context, status=201)
    if written.state == State.PENDING:
        messages.info(request, _("Votre texte est enregistré. La modération le lit avant sa publication."))
    elif written.parent_id:
        messages.success(request, _("Votre réponse %(ref)s est publiée.") % {"ref": written.ref})
    else:
        messages.success(request, _("Votre contribution %(ref)s est publiée.") % {"ref": written.ref})
    answer = SeeOther(place_of(written))
    remember_saved(request, answer, composer.draft_key)
    return answer


def place_of(contribution: Contribution) -> str:
    """Where a contribution is read: a root on the page of its topic, a reply in its thread."""
    slug = contribution.consultation.slug
    if contribution.parent_id is None:
        page = reverse("contributions:topic", args=[slug, contribution.topic_id])
    else:
        page = reverse("contributions:detail", args=[slug, contribution.number])
    return f"{page}#c-{contribution.number}"
