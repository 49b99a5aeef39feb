"""Create, edit, announce and cancel ateliers, with their programme and facilitators."""

from collections.abc import Collection, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.consultations.actions.checking import assign, checked, moves, with_html
from concertation.consultations.live import pages_changed, staff_pages_changed
from concertation.consultations.models import Consultation, Topic
from concertation.consultations.numbers import take_number
from concertation.consultations.rules import may_read_phase
from concertation.documents.conflicts import Version, conflict, rewrite, values_of
from concertation.journal.actions import record
from concertation.journal.receipts import writes_once
from concertation.live.actions import Announcement, announce, announced_together, changed
from concertation.permissions import require
from concertation.search.actions import index
from concertation.texts import zones
from concertation.texts.clean import check_line, check_text, one_line
from concertation.viewer import Viewer

from .. import search
from ..mail_changes import APPOINTMENT
from ..mails import mail_called_off, mail_edited
from ..models import AgendaItem, Atelier, AtelierRole
from .locking import left, locked, seats_changed, topic_here
from .seats import reseat

_LISTS = ("phases", "territories", "hosts")
AGENDA = "agenda"


@dataclass(frozen=True, kw_only=True)
class AgendaLine:
    title: str
    minutes: int | None = None
    speakers: str = ""
    topic: Topic | None = None
    item: int | None = None


@writes_once
def create_atelier(
    consultation: Consultation,
    *,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    by: User,
    now: datetime | None = None,
    **fields: Any,
) -> Atelier:
    """Create an atelier, by an organiser; only the teams see it until it is announced."""
    require(Viewer(by, now), "ateliers.organise", consultation)
    lists = {name: list(fields.pop(name)) for name in _LISTS if name in fields}
    atelier = Atelier(consultation=consultation, number=0, created_at=now or timezone.now())
    assign(atelier, {"title": title, "starts_at": starts_at, "ends_at": ends_at, **with_html(fields, "description")})
    _check(atelier, lists)
    with transaction.atomic():
        atelier.number = take_number(consultation, "atelier")
        atelier.save()
        index(search.NAME, [atelier])
        for name, rows in lists.items():
            getattr(atelier, name).set(rows)
        details = {"number": atelier.number}
        record("atelier.created", atelier, by=by, consultation_id=consultation.pk, details=details)
        announce(staff_pages_changed(consultation.pk))
    return atelier


@writes_once
def duplicate_atelier(atelier: Atelier, *, by: User, now: datetime | None = None, **fields: Any) -> Atelier:
    """Create a draft with ``fields`` and the programme of the day of another atelier; nobody is registered."""
    require(Viewer(by, now), "ateliers.organise", atelier)
    now = now or timezone.now()
    with transaction.atomic(), announced_together():
        made = create_atelier(atelier.consultation, by=by, now=now, **fields)
        lines = [
            AgendaLine(title=one.title, minutes=one.minutes, speakers=one.speakers, topic=one.topic)
            for one in atelier.agenda.select_related("topic__phase__consultation")
        ]
        if lines:
            set_agenda(made, lines=lines, by=by, now=now)
    return made


def edit_atelier(
    atelier: Atelier,
    *,
    expected_version: Version | None = None,
    by: User,
    now: datetime | None = None,
    agreed: str = "",
    **fields: Any,
) -> Atelier:
    """Edit an atelier, by an organiser; notify each registered person of what changes for them only.

    An edit that leaves fewer seats than people is refused with the numbers (``Shortage``), until they are ``agreed``.
    """
    require(Viewer(by, now), "ateliers.organise", atelier)
    now = now or timezone.now()
    fields = with_html(fields, "description")
    with transaction.atomic(), announced_together():
        atelier = locked(atelier)
        fields = rewrite(atelier, fields, expected_version, by=by)
        lists = {name: list(fields.pop(name)) for name in _LISTS if name in fields}
        was_for, before, former = atelier.audience(now), values_of(atelier, fields), copy(atelier)
        edited = assign(atelier, fields)
        _check(atelier, lists)
        edited += _set_lists(atelier, lists)
        if not edited:
            return atelier
        people = reseat(atelier, agreed=agreed, now=now)
        is_announced = atelier.state == Atelier.State.PUBLISHED
        if is_announced and (APPOINTMENT & set(edited) or any(one.has_moved for one in people)):
            atelier.sequence += 1
        atelier.save()
        index(search.NAME, [atelier])
        details = _details(before, atelier, edited)
        record("atelier.edited", atelier, by=by, consultation_id=atelier.consultation_id, details=details)
        if is_announced and not atelier.is_over(now):
            mail_edited(former, atelier, people, now=now)
        listed = [] if atelier.is_draft else pages_changed(atelier.consultation)
        moved = left(atelier, was_for) if was_for != atelier.audience(now) else []
        announce(*_page_changed(atelier), *moved, *listed)
    return atelier


def publish_atelier(atelier: Atelier, *, by: User, now: datetime) -> Atelier:
    """Announce an atelier: show it to its audience, and take registrations within its window."""
    require(Viewer(by, now), "ateliers.organise", atelier)
    with transaction.atomic():
        atelier = locked(atelier)
        if atelier.state == Atelier.State.PUBLISHED:
            return atelier
        if atelier.is_cancelled:
            raise ValidationError(_("Cet atelier est annulé : créez-en un autre."), code="cancelled")
        _check_announcement(atelier)
        atelier.state = Atelier.State.PUBLISHED
        atelier.save(update_fields=["state"])
        record("atelier.published", atelier, by=by, consultation_id=atelier.consultation_id)
        announce(changed(atelier), changed(atelier, "meeting"), *pages_changed(atelier.consultation))
    return atelier


def cancel_atelier(atelier: Atelier, *, reason: str = "", by: User, now: datetime) -> Atelier:
    """Cancel an announced atelier: it stays listed as cancelled, and registered people are notified."""
    require(Viewer(by, now), "ateliers.organise", atelier)
    reason = check_text(reason, max_length=300, blank=True)
    with transaction.atomic(), announced_together():
        atelier = locked(atelier)
        if atelier.is_cancelled:
            return atelier
        if atelier.is_over(now):
            raise ValidationError(_("Cet atelier a déjà eu lieu."), code="over")
        if atelier.is_draft:  # a cancelled one is listed for all to see
            raise ValidationError(_("Cet atelier n’a pas été annoncé : il n’y a rien à annuler."), code="draft")
        atelier.state = Atelier.State.CANCELLED
        atelier.cancel_reason = reason
        atelier.sequence += 1
        atelier.save(update_fields=["state", "cancel_reason", "sequence"])
        record("atelier.cancelled", atelier, by=by, consultation_id=atelier.consultation_id)
        mail_called_off(atelier, atelier.registrations.active().select_related("user"), now=now)
        announce(*_page_changed(atelier), *pages_changed(atelier.consultation))
    return atelier


def agenda_version(atelier: Atelier) -> Version:
    """Return the version of the whole programme of the day, which is saved as one text."""
    return Version.of({AGENDA: repr([_content(one) for one in atelier.agenda.all()])})


def set_agenda(
    atelier: Atelier,
    *,
    lines: Sequence[AgendaLine],
    expected_version: Version | None = None,
    by: User,
    now: datetime | None = None,
) -> list[AgendaItem]:
    """Write the programme of the day, in order; a topic that its author may not read stays with its line."""
    require(Viewer(by, now), "ateliers.edit_programme", atelier)
    now = now or timezone.now()
    items = [
        AgendaItem(
            atelier=atelier,
            position=position,
            title=check_line(line.title, max_length=200, field=_("Titre")),
            minutes=line.minutes,
            speakers=one_line(line.speakers)[:300],
            topic=topic_here(atelier, line.topic, by=by, now=now) if line.topic else None,
        )
        for position, line in enumerate(lines)
    ]
    with transaction.atomic():
        atelier = locked(atelier)
        unread = _unread_topics(atelier, by, now)
        for item, line in zip(items, lines, strict=True):
            item.topic = item.topic or unread.get(line.item or 0)
        if [_content(one) for one in atelier.agenda.all()] == [_content(one) for one in items]:
            return list(atelier.agenda.all())
        if expected_version is not None and expected_version != agenda_version(atelier):
            raise conflict([AGENDA])
        atelier.agenda.all().delete()
        AgendaItem.objects.bulk_create(items)
        record("atelier.agenda_set", atelier, by=by, consultation_id=atelier.consultation_id)
        announce(*_page_changed(atelier))
    return items


def set_team(
    atelier: Atelier, *, people: Iterable[User], role: str, by: User, seen: Collection[int] | None = None
) -> list[AtelierRole]:
    """Set who facilitates an atelier, or who takes its notes.

    ``seen`` are those who held the role when the page was rendered: what others gave or ended since does not change.
    """
    require(Viewer(by), "ateliers.organise", atelier)
    wanted = {person.pk: person for person in people}
    with transaction.atomic():
        atelier = locked(atelier)
        held = atelier.roles.filter(role=role)
        known = set(held.values_list("user_id", flat=True))
        before = known if seen is None else set(seen)
        ended = sorted(known & before - wanted.keys())
        held.filter(user__in=ended).delete()
        new = [one for pk, one in wanted.items() if pk not in known | before]
        AtelierRole.objects.bulk_create([AtelierRole(atelier=atelier, user=one, role=role) for one in new])
        if new or ended:
            details = {"role": role, "given": [one.pk for one in new], "ended": ended}
            record("atelier.team_set", atelier, by=by, consultation_id=atelier.consultation_id, details=details)
            announce(changed(atelier, "meeting"))
    return list(atelier.roles.filter(role=role).select_related("user"))


def _check(atelier: Atelier, lists: dict[str, list[Any]]) -> None:
    errors = _dates_in_disorder(atelier) | _from_elsewhere(atelier, lists)
    if atelier.zone and not zones.exists(atelier.zone):
        errors["zone"] = _("Ce fuseau horaire n’existe pas.")
    if errors:
        raise ValidationError(errors)
    checked(atelier, exclude=["number", "consultation"])
    if atelier.state == Atelier.State.PUBLISHED:
        _check_announcement(atelier)


def _dates_in_disorder(atelier: Atelier) -> dict[str, Any]:
    errors: dict[str, Any] = {}
    if atelier.starts_at and atelier.ends_at and atelier.ends_at <= atelier.starts_at:
        errors["ends_at"] = _("L’atelier doit se terminer après avoir commencé.")
    opens, closes = atelier.registration_opens_at, atelier.registration_closes_at
    if opens and closes and closes <= opens:
        errors["registration_closes_at"] = _("Les inscriptions doivent se clore après leur ouverture.")
    return errors


def _from_elsewhere(atelier: Atelier, lists: dict[str, list[Any]]) -> dict[str, Any]:
    errors: dict[str, Any] = {}
    if any(one.consultation_id != atelier.consultation_id for one in lists.get("phases", [])):
        errors["phases"] = _("Choisissez des phases de cette concertation.")
    if any(one.consultation_id != atelier.consultation_id for one in lists.get("hosts", [])):
        errors["hosts"] = _("Choisissez des partenaires de cette concertation.")
    if any(one.consultation_id not in (None, atelier.consultation_id) for one in lists.get("territories", [])):
        errors["territories"] = _("Choisissez des territoires de la liste.")
    return errors


def _check_announcement(atelier: Atelier) -> None:
    """Require a place or an address, as people are invited."""
    if atelier.mode != Atelier.Mode.REMOTE and not atelier.place.strip():
        raise ValidationError({"place": _("Indiquez le lieu : l’atelier se tient sur place.")})


def _set_lists(atelier: Atelier, lists: dict[str, list[Any]]) -> list[str]:
    changed = [name for name, rows in lists.items() if set(getattr(atelier, name).all()) != set(rows)]
    for name in changed:
        getattr(atelier, name).set(lists[name])
    return changed


def _details(before: dict[str, Any], atelier: Atelier, changed: Sequence[str]) -> dict[str, Any]:
    details = moves(before, atelier, [name for name in changed if name not in _LISTS])
    details["fields"] += [name for name in changed if name in _LISTS]
    return details


def _page_changed(atelier: Atelier) -> list[Announcement]:
    return [*seats_changed(atelier), changed(atelier, "meeting")]


def _unread_topics(atelier: Atelier, by: User, now: datetime) -> dict[int, Topic]:
    """Return, by line of the agenda, the topics that ``by`` may not read, and so neither choose nor remove."""
    found = atelier.agenda.exclude(topic=None).select_related("topic__phase__consultation")
    return {one.pk: one.topic for one in found if one.topic and not may_read_phase(Viewer(by, now), one.topic.phase)}


def _content(item: AgendaItem) -> tuple[Any, ...]:
    return (item.title, item.minutes, item.speakers, item.topic_id)
