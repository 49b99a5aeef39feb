"""Write a contribution or a reply, by its author, or by the team for what was said elsewhere."""

import json
import uuid
from collections.abc import Collection
from datetime import datetime
from enum import Enum
from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.consultations.audiences import participation_of
from concertation.consultations.limits import check_limit
from concertation.consultations.models import (
    ActorKind,
    Consultation,
    Nature,
    Participation,
    Phase,
    Stake,
    Territory,
    Topic,
)
from concertation.consultations.numbers import take_number
from concertation.journal import receipts
from concertation.journal.actions import record
from concertation.live.actions import announce, announced_together
from concertation.permissions import require
from concertation.search.actions import index_new
from concertation.viewer import Viewer

from .. import search, tree
from ..models import Contribution, Origin, Revision, State
from ..replies import notify_of_reply
from ..rules import is_staff_at, may_read_topic, takes
from ..wording import ENTERED_LENGTH, Wording, check_frame, word


class _Unset(Enum):
    UNSET = "unset"


UNSET: Final = _Unset.UNSET


class ThreadMoved(ValidationError):
    """Raised when the parent of a reply is in another topic by now."""

    def __init__(self, to: Topic) -> None:
        super().__init__(_("Cette réponse et la contribution à laquelle elle répond sont dans deux thématiques."))
        self.to = to

    def to_for(self, by: User, former: Topic, now: datetime) -> Topic:
        """Return the topic of the thread if ``by`` may read it there, else refuse."""
        if self.to.phase.consultation_id != former.phase.consultation_id or not may_read_topic(
            Viewer(by, now), self.to
        ):
            raise ValidationError(_("La contribution à laquelle vous répondez n’est plus affichée."), code="gone")
        return self.to


def post_contribution(
    topic: Topic,
    *,
    body: str,
    by: User,
    title: str = "",
    nature: Nature | None = None,
    stakes: Collection[Stake] = (),
    parent: Contribution | None = None,
    client_uuid: uuid.UUID | str | None = None,
    as_team: bool = False,
    now: datetime | None = None,
) -> Contribution:
    """Publish or queue a text of a participant, while the phase takes it; a duplicate request returns the first."""
    now = now or timezone.now()
    mine, state = _who_posts(by, topic, as_team=as_team, now=now)
    wording = word(body, title=title, is_reply=parent is not None)

    def write() -> Contribution:
        check_open(topic.phase, now, is_reply=parent is not None, as_team=as_team)
        check_frame(topic.phase.consultation, topic.phase, nature, stakes)
        author = mine or _speaking_for_the_team(by, topic.phase.consultation)
        draft = _draft_of(author, entered_by=by, as_team=as_team, nature=nature, state=state)
        return _place(draft, topic, parent, wording, stakes, verb="contribution.posted", by=by, now=now)

    # A reply is in the topic of what it answers, wherever that is.
    content = [None if parent else topic.pk, parent and parent.pk, wording.title, wording.body, nature and nature.pk]
    digest_of = json.dumps([*content, sorted(stake.pk for stake in stakes), as_team])
    receipt: dict[str, Any] = {"actor": f"user:{by.pk}", "verb": "contribution.post", "digest_of": digest_of}
    try:
        return receipts.once(client_uuid, **receipt, write=write, stands=_is_in_place)
    except ThreadMoved as moved:
        place = moved.to_for(by, topic, now)
    said: dict[str, Any] = {"body": body, "title": title, "nature": nature, "stakes": stakes, "parent": parent}
    return post_contribution(place, **said, client_uuid=client_uuid, as_team=as_team, by=by, now=now)


def _is_in_place(written: Contribution) -> bool:
    """Return whether a text is published or pending: a withdrawn one may be written again."""
    return written.state in (State.PUBLISHED, State.PENDING) and written.merged_into_id is None


def _who_posts(by: User, topic: Topic, *, as_team: bool, now: datetime) -> tuple[Participation | None, State]:
    """Return the author (None for the team) and the state of the new text; refuse without permission."""
    viewer = require(Viewer(by, now), "contributions.post", topic)
    if as_team:
        require(viewer, "contributions.speak_as_team", topic)
    waits = topic.phase.moderation == Phase.Moderation.BEFORE and not is_staff_at(viewer, topic)
    mine = None if as_team else author_of(viewer, topic.phase.consultation)
    return mine, State.PENDING if waits else State.PUBLISHED


def enter_contribution(
    topic: Topic,
    *,
    author: Participation,
    body: str,
    by: User,
    origin: str,
    origin_label: str = "",
    occurred_at: datetime | None = None,
    actor_kind: ActorKind | _Unset | None = UNSET,
    territory: Territory | _Unset | None = UNSET,
    nature: Nature | None = None,
    stakes: Collection[Stake] = (),
    title: str = "",
    parent: Contribution | None = None,
    source_key: str = "",
    wording: Wording | None = None,
    now: datetime | None = None,
) -> Contribution:
    """Enter what was said in a room or on paper, by the team, also after the phase; the row shows both dates.

    ``wording`` may be made of the same words beforehand, by who enters several in one transaction.
    """
    now = now or timezone.now()
    require(Viewer(by, now), "contributions.enter", topic)
    if author.consultation_id != topic.phase.consultation_id:
        raise ValidationError(_("L’auteur n’est pas inscrit à cette concertation."))
    if occurred_at is not None and occurred_at > now:
        raise ValidationError({"occurred_at": _("Indiquez une date passée : ces mots n’ont pas encore été dits.")})
    wording = wording or word(body, title=title, is_reply=parent is not None, max_length=ENTERED_LENGTH)
    check_frame(topic.phase.consultation, topic.phase, nature, stakes)
    said_as = {"actor_kind": actor_kind, "territory": territory}
    draft = _draft_of(
        author,
        **{name: value for name, value in said_as.items() if value is not UNSET},
        entered_by=by,
        nature=nature,
        origin=Origin(origin),
        origin_label=origin_label,
        source_key=source_key,
        occurred_at=occurred_at,
        state=State.PUBLISHED,
    )
    return _place(draft, topic, parent, wording, stakes, verb="contribution.entered", by=by, now=now)


def check_open(phase: Phase, now: datetime, *, is_reply: bool, as_team: bool = False) -> None:
    """Refuse a text that the phase does not take now, unless someone writes it for the team."""
    if as_team or takes(phase, now, reply=is_reply):
        return
    if now < phase.opens_at:
        message = _("Cette phase n’est pas encore ouverte. Gardez votre texte : vous pourrez le publier à l’ouverture.")
    elif phase.is_over(now):
        message = _("Cette phase est close : elle ne reçoit plus de texte. Le vôtre est conservé ci-dessous.")
    elif is_reply:
        message = _("Cette phase ne prévoit pas de réponses. Votre texte est conservé ci-dessous.")
    else:
        message = _("Cette phase ne prévoit pas de nouvelles contributions. Votre texte est conservé ci-dessous.")
    raise ValidationError(message, code="closed")


def author_of(viewer: Viewer, consultation: Consultation) -> Participation:
    """Return the viewer's participation, as author; refuse without one."""
    found = participation_of(viewer, consultation)
    if found is None:
        raise PermissionDenied
    found.user = viewer.person
    return found


def _speaking_for_the_team(by: User, consultation: Consultation) -> Participation:
    """Return the participation of someone of the team, created when they first write for it."""
    return Participation.objects.select_related("user").get_or_create(user=by, consultation=consultation)[0]


def _draft_of(author: Participation, **said: Any) -> Contribution:
    """Build a draft with copies of what its author is now: kind of actor, territory, organisation."""
    draft = Contribution(author=author, speaks_for=author.speaks_for)
    for name in ("actor_kind_id", "territory_id", "organisation_id"):
        setattr(draft, name, getattr(author, name))
    for name, value in said.items():
        setattr(draft, name, value)
    return draft


def _place(
    draft: Contribution,
    topic: Topic,
    parent: Contribution | None,
    wording: Wording,
    stakes: Collection[Stake],
    *,
    verb: str,
    by: User,
    now: datetime,
) -> Contribution:
    consultation = topic.phase.consultation
    with transaction.atomic(savepoint=False), announced_together():
        draft.number = take_number(consultation, "contribution")
        check_limit(verb, consultation, by=by)  # under the lock of the numbers: one counts after the other
        _attach(draft, topic, parent)
        draft.consultation = consultation
        draft.title = wording.title
        draft.created_at = draft.last_activity_at = now
        draft.published_at = now if draft.state == State.PUBLISHED else None
        draft.save(force_insert=True)
        if stakes:
            draft.stakes.set(stakes)
        draft.current = save_revision(draft, wording, number=1, by=by, now=now)
        Contribution.objects.filter(pk=draft.pk).update(current=draft.current)
        index_new(search.NAME, [draft])
        if draft.root_id and draft.published_at:
            _update_root(draft, now)
        details: dict[str, Any] = {"number": draft.number, "topic": topic.pk, "state": str(draft.state)}
        record(verb, draft, by=by, consultation_id=consultation.pk, details=details)
        if draft.published_at:
            notify_of_reply(draft, now=now)
        news = tree.count_added_row(draft)
        announce(*news, *([tree.queue_changed(draft)] if draft.state == State.PENDING else []))
    return draft


def _attach(draft: Contribution, topic: Topic, parent: Contribution | None) -> None:
    assert draft.number is not None
    draft.topic = topic
    draft.path = tree.path_under("", draft.number)
    if parent is None:
        return
    above = (
        Contribution.objects.select_for_update(of=("self",)).select_related("root", "author__user").get(pk=parent.pk)
    )
    if above.topic_id != topic.pk:
        raise ThreadMoved(above.topic)
    if above.state != State.PUBLISHED or above.merged_into_id:
        raise ValidationError(_("La contribution à laquelle vous répondez n’est plus affichée."), code="gone")
    root = above.root or above
    if root.locked:
        raise ValidationError(_("Ce fil est fermé aux réponses. Votre texte est conservé ci-dessous."), code="locked")
    draft.parent = above
    draft.root = root
    draft.root_topic_id = topic.pk
    draft.path = tree.path_under(above.path, draft.number)


def save_revision(
    contribution: Contribution, wording: Wording, *, number: int, by: User | None, now: datetime
) -> Revision:
    """Save a revision, which is never changed afterwards."""
    return Revision.objects.create(
        contribution=contribution,
        number=number,
        title=wording.title,
        body=wording.body,
        html=wording.html,
        plain=wording.plain,
        by=by,
        at=now,
    )


def _update_root(reply: Contribution, now: datetime) -> None:
    Contribution.objects.filter(pk=reply.root_id or 0).update(reply_count=F("reply_count") + 1, last_activity_at=now)
