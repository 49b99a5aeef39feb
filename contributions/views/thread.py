"""A contribution at its own address, with its thread and its history."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from concertation.consultations.standing import Standing, standing_of
from concertation.texts import diff
from concertation.viewer import viewer_of

from ..deferred_acts import returned_composer
from ..fetch import fetch_contribution
from ..forms import ComposerForm
from ..listing import on_page
from ..live import placeholder_of
from ..models import Contribution, Decision, DecisionAct, Revision, State
from ..permalinks import heading_of, preview_of_contribution
from ..shells import Shell, shells_for
from ..what_is_allowed import sentence_of
from .topic import frame_of

VERSIONS_ON_PAGE = 10


@require_safe
def detail(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    contribution = fetch_contribution(request, slug, number, follows=["topic"])
    returned = returned_composer(request, viewer_of(request).now)
    composer = returned if returned is not None and returned.answered == contribution else None
    return thread_page(request, contribution, answers=request.GET.get("repondre", ""), composer=composer)


def thread_page(
    request: HttpRequest,
    contribution: Contribution,
    *,
    answers: str = "",
    composer: ComposerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the whole thread, with this contribution marked, and a composer under the one to answer."""
    standing = standing_of(viewer_of(request), contribution.consultation)
    shell = _thread(standing, contribution)
    every = {str(one.contribution.number): one for one in (shell, *shell.replies)}
    every[str(contribution.number)].is_target = True
    _open_composer(request, every, standing, answers, composer)
    context = {
        **frame_of(contribution.topic, standing),
        "contribution": contribution,
        "heading": heading_of(contribution),
        "allowed": sentence_of(standing, contribution),
        "preview": preview_of_contribution(contribution, standing.now, path=request.path),
        "hiding": _hiding_of_mine(standing, contribution),
        "shell": shell,
    }
    return render(request, "contributions/thread.html", context, status=status)


@require_safe
def history(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    contribution = fetch_contribution(request, slug, number, follows=["topic"])
    standing = standing_of(viewer_of(request), contribution.consultation)
    texts = _texts_for(standing, contribution)
    page, newer, older = _page_of(texts, request.GET.get("avant", ""))
    context = {
        **frame_of(contribution.topic, standing),
        "contribution": contribution,
        "changes": _changes(page, texts),
        "is_latest": page[-1:] == texts[-1:],
        "newer": newer,
        "older": older,
        "placeholder": "" if texts else placeholder_of(contribution),
    }
    return render(request, "contributions/history.html", context)


def _hiding_of_mine(standing: Standing, contribution: Contribution) -> Decision | None:
    """Return the decision that hides the viewer's own text, to show beside it: the mail about it links here."""
    is_author = standing.viewer.is_known and contribution.author.user_id == standing.viewer.pk
    if not is_author or contribution.state != State.HIDDEN:
        return None
    made = contribution.decisions.filter(act=DecisionAct.HIDE).select_related("reason", "revision")
    return made.order_by("-at", "-pk").first()


def _thread(standing: Standing, contribution: Contribution) -> Shell:
    seen = Contribution.objects.visible_by_state(standing.viewer, contribution.consultation)
    thread = on_page(seen).select_related("author", "topic__phase__consultation", "root")
    root = contribution.root or contribution
    found = list(thread.filter(root=root).order_by("path"))
    by_pk = {one.pk: one for one in [*thread.filter(pk=root.pk), *found]}
    # A text that only its author still sees (hidden before it was ever published) is shown alone.
    by_pk.setdefault(contribution.pk, contribution)
    first = by_pk.get(root.pk, contribution)
    return shells_for(standing, [first], {first.pk: [one for one in by_pk.values() if one.pk != first.pk]})[0]


def _open_composer(
    request: HttpRequest, every: dict[str, Shell], standing: Standing, answers: str, composer: ComposerForm | None
) -> None:
    """Put the composer under the row to answer: the one that was sent, else an empty one."""
    shell = every[str(composer.answered.number)] if composer and composer.answered else every.get(answers)
    if shell is None or not (composer or shell.may_reply):
        return
    one = shell.contribution
    if composer is None:
        composer = ComposerForm(topic=one.topic, parent=one, is_staff=standing.is_staff, now=standing.now)
    shell.composer = SafeString(render_to_string("contributions/composer.html", {"composer": composer}, request))


def _texts_for(standing: Standing, contribution: Contribution) -> list[Revision]:
    """Return the revisions that this viewer may read, without their words; none for a placeholder."""
    is_author = standing.viewer.is_known and contribution.author.user_id == standing.viewer.pk
    is_read_by_team = standing.is_staff and contribution.state != State.WITHDRAWN
    is_read_by_author = is_author and contribution.state == State.PENDING
    if not (contribution.is_shown or is_read_by_team or is_read_by_author):
        return []
    texts = list(contribution.revisions.order_by("number").only("contribution", "number", "at"))
    return texts if standing.is_staff or is_author else _let_through(contribution, texts)


def _let_through(contribution: Contribution, texts: Sequence[Revision]) -> list[Revision]:
    """Leave out revisions that their author replaced before a moderator published them: nobody else read those."""
    published_at = contribution.published_at
    first = max((one.number for one in texts if published_at and one.at <= published_at), default=1)
    decided = contribution.decisions.filter(act__in=(DecisionAct.PUBLISH, DecisionAct.RESTORE), revision__isnull=False)
    read = {first, *decided.values_list("revision__number", flat=True)}
    return [one for one in texts if one.number in read or one.number > max(read)]


def _page_of(texts: Sequence[Revision], before: str) -> tuple[Sequence[Revision], str, str]:
    """Return the latest revisions below ``before``, with the queries of the pages of newer and older ones."""
    is_number = before.isascii() and before.isdecimal() and len(before) < 9
    end = sum(one.number < int(before) for one in texts) if is_number else 0
    end = end or len(texts)
    start, newer_end = max(0, end - VERSIONS_ON_PAGE), end + VERSIONS_ON_PAGE
    newest = f"?avant={texts[newer_end].number}" if newer_end < len(texts) else "?"
    newer = newest if end < len(texts) else ""
    return texts[start:end], newer, f"?avant={texts[start].number}" if start else ""


def _changes(page: Sequence[Revision], texts: Sequence[Revision]) -> list[dict[str, Any]]:
    """Return the revisions of a page, latest first, each with its difference from the one before."""
    start = texts.index(page[0]) if page else 0
    wanted = [*texts[max(0, start - 1) : start], *page]
    found = list(Revision.objects.filter(pk__in=[one.pk for one in wanted]).order_by("number"))
    pairs: Iterable[tuple[Revision | None, Revision]] = zip([None, *found], found, strict=False)
    changes = [
        {
            "revision": now,
            "title": diff.compare(before.title, now.title) if before else "",
            "body": diff.compare(before.body, now.body) if before else "",
            "is_first": now == texts[0],
        }
        for before, now in pairs
    ]
    return changes[::-1][: len(page)]
