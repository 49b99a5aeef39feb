"""Lock an atelier, raise its version and list its changes: shared by the verbs of this app."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.consultations.live import SITE_ROOM, staff_pages_changed
from concertation.consultations.models import Topic
from concertation.live.actions import Change
from concertation.live.audience import Audience
from concertation.live.models import Kind
from concertation.viewer import Viewer
from contributions.rules import may_read_topic

from ..models import Atelier


def locked(atelier: Atelier) -> Atelier:
    """Lock an atelier: verbs on its seats, state and programme run one at a time."""
    return Atelier.objects.select_for_update(of=("self",)).select_related("consultation").get(pk=atelier.pk)


def topic_here(atelier: Atelier, topic: Topic, *, by: User, now: datetime) -> Topic:
    """Refuse a topic of elsewhere, and in the same words one that ``by`` does not read."""
    if topic.phase.consultation_id != atelier.consultation_id or not may_read_topic(Viewer(by, now), topic):
        raise ValidationError({"topic": _("Choisissez une thématique de cette concertation.")})
    return topic


def raise_version(atelier: Atelier) -> None:
    """Raise the version of an atelier, for verbs whose result shows in its row."""
    Atelier.objects.filter(pk=atelier.pk).update(version=F("version") + 1)
    atelier.version += 1


def next_edition(atelier: Atelier) -> None:
    """Raise the number of the calendar file, so that calendars replace their entry."""
    Atelier.objects.filter(pk=atelier.pk).update(sequence=F("sequence") + 1)
    atelier.sequence += 1


def page_changed(atelier: Atelier, room: str) -> list[Change]:
    """Return the change of its page but for the seats."""
    Atelier.objects.filter(pk=atelier.pk).update(edits=F("edits") + 1)
    return [Change(room, Kind.CHANGED, f"meeting:{atelier.pk}")]


def words_changed(ateliers: Iterable[Atelier], now: datetime) -> list[Change]:
    """Return the change of pages that show texts of other objects: names, and contributions made of its notes."""
    return [Change(one.room(now), Kind.CHANGED, f"words:{one.pk}") for one in ateliers]


def team_words_changed(atelier_id: int) -> list[Change]:
    """Return the same for the pages of those who run the atelier: its tables, its registrations."""
    return [Change(f"atelier:{atelier_id}:{Audience.STAFF.key}", Kind.CHANGED, f"words:{atelier_id}")]


def changed(atelier: Atelier, now: datetime, *, was_for: Audience | None = None) -> list[Change]:
    """Return the changes of its seats on its page and of its card in lists, in the former rooms as well.

    Each audience gets what it may see, or a removal. A draft has no card.
    """
    told = staff_pages_changed(atelier.consultation_id)
    for one in sorted({atelier.audience(now), atelier.audience(now) if was_for is None else was_for}):
        told.append(Change(f"atelier:{atelier.pk}:{one.key}", Kind.CHANGED, f"atelier:{atelier.pk}"))
        if not atelier.is_draft:
            told += [Change(room, Kind.CHANGED, f"card:{atelier.pk}") for room in _rooms_of_cards(atelier, one)]
    return told


def _rooms_of_cards(atelier: Atelier, readers: Audience) -> list[str]:
    """Return the rooms of pages with its card: of the consultation and, for a public one, the home page."""
    pages = f"consultation:{atelier.consultation_id}:{readers.key}"
    return [pages, SITE_ROOM] if readers == Audience.PUBLIC else [pages]
