"""Lock an atelier, raise its version and list its changes: shared by the verbs of this app."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.consultations.live import staff_pages_changed
from concertation.consultations.models import Topic
from concertation.live.actions import Announcement, changed
from concertation.live.audience import Audience
from concertation.viewer import Viewer
from contributions.rules import may_read_topic

from ..live import rooms_of_card
from ..models import Atelier


def locked(atelier: Atelier) -> Atelier:
    """Lock an atelier: verbs on its seats, state and programme run one at a time."""
    return Atelier.objects.select_for_update(of=("self",)).select_related("consultation").get(pk=atelier.pk)


def topic_here(atelier: Atelier, topic: Topic, *, by: User, now: datetime) -> Topic:
    """Refuse a topic of elsewhere, and in the same words one that ``by`` does not read."""
    if topic.phase.consultation_id != atelier.consultation_id or not may_read_topic(Viewer(by, now), topic):
        raise ValidationError({"topic": _("Choisissez une thématique de cette concertation.")})
    return topic


def next_edition(atelier: Atelier) -> None:
    """Raise the number of the calendar file, so that calendars replace their entry."""
    Atelier.objects.filter(pk=atelier.pk).update(sequence=F("sequence") + 1)
    atelier.sequence += 1


def words_changed(ateliers: Iterable[Atelier]) -> list[Announcement]:
    """Announce pages that show texts of other objects: names, and contributions made of its notes."""
    return [changed(one, "words") for one in ateliers]


def team_words_changed(atelier_id: int) -> Announcement:
    """Announce the same on the pages of those who run the atelier: its tables, its registrations."""
    return changed(Atelier(pk=atelier_id), "words", rooms=[f"atelier:{atelier_id}:{Audience.STAFF.key}"])


def seats_changed(atelier: Atelier) -> list[Announcement]:
    """Announce its seats on its page, its card in lists, and the pages of the teams."""
    return [changed(atelier), changed(atelier, "card"), staff_pages_changed(atelier.consultation_id)]


def left(atelier: Atelier, former: Audience) -> list[Announcement]:
    """Announce an atelier in the rooms of its former audience: each audience gets what it may see now, or a removal."""
    rooms = [f"atelier:{atelier.pk}:{former.key}"]
    card = changed(atelier, "card", rooms=rooms_of_card(atelier, former))
    return [changed(atelier, rooms=rooms), card, changed(atelier, "meeting", rooms=rooms)]
