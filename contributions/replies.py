"""Notify the author of a text that someone has replied to it."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from concertation.notices.actions import notify
from concertation.texts.templatetags.french import quoted
from concertation.viewer import Viewer

from .models import Contribution
from .rules import may_read_topic


def notify_of_reply(reply: Contribution, *, now: datetime) -> None:
    """Notify the author of what a published reply answers, on the site only.

    Not if the reply is their own, or is where they may not read. The notice has no word of it: it may be hidden later.
    """
    answered = reply.parent
    person = answered.author.user if answered else None
    if answered is None or person is None or person.pk in (reply.author.user_id, reply.entered_by_id):
        return
    if not may_read_topic(Viewer(person, now), reply.topic):
        return
    notify(
        person,
        kind="reply",
        obj=reply,
        title=_title(reply, answered),
        url=reverse("contributions:detail", args=[reply.consultation.slug, reply.number]),
        text=_("Dans la thématique %(title)s.") % {"title": quoted(reply.topic.title)},
        at_once=False,
        now=now,
    )


def _title(reply: Contribution, answered: Contribution) -> str:
    who = _("L’équipe") if reply.as_team else _("Une personne")
    text = (
        _("%(who)s a répondu à votre réponse %(ref)s")
        if answered.parent_id
        else _("%(who)s a répondu à votre contribution %(ref)s")
    )
    return text % {"who": who, "ref": answered.ref}
