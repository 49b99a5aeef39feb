"""Contributions as search finds them: by title, text and number."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concertation.consultations.audiences import audience_of
from concertation.consultations.models import Consultation
from concertation.live.audience import Audience
from concertation.search import sources
from concertation.search.sources import Found, Text
from concertation.viewer import Viewer

from .models import Contribution, ContributionQuerySet, Keyword, State
from .permalinks import place_of

NAME = "contribution"


def texts_of(rows: Sequence[Contribution]) -> dict[int, list[Text]]:
    """What is withdrawn is found by nobody, so its words leave the index."""
    return {
        one.pk: [
            Text(
                one.consultation_id,
                one.published_at or one.created_at,
                title=one.title,
                plain=one.current.plain,
                ref=one.ref if one.number else "",
            )
        ]
        for one in rows
        if one.state != State.WITHDRAWN and one.current is not None
    }


def readable(viewer: Viewer, consultation: Consultation, filters: Mapping[str, Any]) -> ContributionQuerySet:
    """Return those whose words this viewer may read: the teams also read what is hidden or pending."""
    rows = Contribution.objects.visible_to(viewer, consultation).filter(merged_into=None)
    words = Q(state=State.PUBLISHED)
    if viewer.is_known:
        words |= Q(author__user=viewer.person)
    is_staff = audience_of(viewer, consultation) == Audience.STAFF
    rows = rows.exclude(state=State.WITHDRAWN) if is_staff else rows.filter(words)
    return _filtered(rows, filters)


def _filtered(rows: ContributionQuerySet, filters: Mapping[str, Any]) -> ContributionQuerySet:
    if phase := filters.get("phase"):
        rows = rows.filter(topic__phase=phase)
    if nature := filters.get("nature"):
        rows = rows.filter(nature=nature)
    if kind := filters.get("actor_kind"):
        rows = rows.filter(actor_kind=kind)
    if stake := filters.get("stake"):
        rows = rows.filter(stakes=stake)
    if keyword := filters.get("keyword"):
        rows = rows.filter(tagged__tag=keyword, tagged__state=Keyword.State.ACCEPTED)
    return rows


def shown(pks: Iterable[int], viewer: Viewer) -> dict[tuple[int, int], Found]:
    rows = Contribution.objects.filter(pk__in=list(pks)).select_related(
        "current", "author__user", "actor_kind", "topic", "consultation"
    )
    rows = rows.defer("current__body", "current__html", "current__folded", "topic__introduction_html")
    return {(one.pk, 0): _found(one) for one in rows}


def _found(one: Contribution) -> Found:
    text = one.current
    details = [one.ref, str(one.author.name), str(one.actor_kind or ""), one.topic.title, _state_of(one)]
    return Found(
        href=place_of(one),
        title=one.title or (_("Réponse") if one.parent_id else _("Contribution sans titre")),
        plain=text.plain if text is not None else "",
        details=[detail for detail in details if detail],
        at=one.published_at or one.created_at,
    )


def _state_of(one: Contribution) -> str:
    return "" if one.state == State.PUBLISHED else str(one.get_state_display())


def _rows() -> QuerySet[Contribution]:
    return Contribution.objects.exclude(state=State.WITHDRAWN).select_related("current")


def register() -> None:
    sources.register(
        sources.Source(
            name=NAME,
            label=gettext_lazy("Contributions"),
            rows=_rows,
            texts=texts_of,
            readable=readable,
            shown=shown,
        )
    )
