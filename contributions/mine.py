"""On one's own page: what one wrote, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from concertation import slots
from concertation.accounts.parts import MyPart
from concertation.consultations.models import Consultation

from .models import Contribution, Decision, DecisionAct, State
from .rules import may_read_topic

# The rest is read in each topic; this page says what became of the latest.
MOST = 30


@dataclass(frozen=True)
class Mine:
    """One row; of what was moved where its author may not read, the place is not named."""

    contribution: Contribution
    reads_on: bool
    aside: SafeString
    decision: Decision | None


def register() -> None:
    slots.offer("me.parts", my_contributions)


def my_contributions(user: Any, now: datetime) -> list[MyPart]:
    """The latest contributions of this person, in all consultations they may still see."""
    seen = Consultation.objects.visible_to(user, now)
    rows = Contribution.objects.filter(author__user=user, consultation__in=seen).exclude(state=State.DRAFT)
    rows = rows.select_related("current", "consultation", "topic__phase__consultation")
    latest = list(rows.order_by("-created_at", "-pk")[:MOST])
    if not latest:
        return []
    asides = slots.html_for("contribution.aside", user, latest)
    decisions = _decisions(latest)
    mine = [
        Mine(one, may_read_topic(user, one.topic, now), asides.get(one.pk, SafeString()), decisions.get(one.pk))
        for one in latest
    ]
    context = {"mine": mine, "count": rows.count()}
    return [MyPart(_("Mes contributions"), SafeString(render_to_string("contributions/mine.html", context)), 10)]


def _decisions(contributions: Sequence[Contribution]) -> dict[int, Decision]:
    """Why what is hidden was hidden: the last decision on each."""
    hidden = [one for one in contributions if one.state == State.HIDDEN]
    rows = Decision.objects.filter(contribution__in=hidden, act=DecisionAct.HIDE).select_related("reason")
    return {decision.contribution_id: decision for decision in rows.order_by("at", "pk")}
