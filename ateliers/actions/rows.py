"""What the verbs of this app share: one lock, one version, one way to say that an atelier changed."""

from datetime import datetime

from django.db.models import F

from concertation.live.actions import Change

from ..models import Atelier


def locked(atelier: Atelier) -> Atelier:
    """The row under its lock: seats, state and programme are decided one at a time."""
    return Atelier.objects.select_for_update(of=("self",)).select_related("consultation").get(pk=atelier.pk)


def raise_version(atelier: Atelier) -> None:
    """Whatever shows in the row of an atelier raises its version."""
    Atelier.objects.filter(pk=atelier.pk).update(version=F("version") + 1)
    atelier.version += 1


def page_changed(atelier: Atelier, room: str) -> list[Change]:
    """What its page says besides the seats is fetched again by those who read it."""
    Atelier.objects.filter(pk=atelier.pk).update(edits=F("edits") + 1)
    return [Change(room, "meeting.changed", f"meeting:{atelier.pk}")]


def changed(atelier: Atelier, now: datetime) -> Change:
    return Change(atelier.room(now), "atelier.changed", f"atelier:{atelier.pk}")
