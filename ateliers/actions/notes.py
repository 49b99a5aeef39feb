"""Verbs of notes: take them at tables, and turn them into contributions, once."""

import uuid
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.consultations.actions.checking import assign
from concertation.consultations.live import staff_pages_changed
from concertation.consultations.models import ActorKind, Nature, Participation, Topic
from concertation.consultations.numbers import lock_numbers
from concertation.documents.conflicts import Version, forget, rewrite
from concertation.journal import receipts
from concertation.journal.actions import record
from concertation.journal.receipts import writes_once
from concertation.live.actions import added, announce, announced_together, changed, removed
from concertation.permissions import require
from concertation.texts.clean import check_line, check_text
from concertation.viewer import Viewer
from contributions.actions import enter_contribution
from contributions.models import Contribution, Origin
from contributions.wording import ENTERED_LENGTH, Wording, word

from ..models import Atelier, Note, Table
from .locking import locked, team_words_changed, topic_here

TEXT_LENGTH = 5_000


@writes_once
def add_table(atelier: Atelier, *, title: str, by: User) -> Table:
    """Add a table with its subject, at which notes are taken."""
    require(Viewer(by), "ateliers.write_note", atelier)
    title = _one_line(title, 120, "title", _("Nom de la table"))
    with transaction.atomic():
        locked(atelier)
        last = atelier.tables.aggregate(last=Max("position"))["last"]
        table = Table.objects.create(atelier=atelier, title=title, position=0 if last is None else last + 1)
        record("table.added", table, by=by, consultation_id=atelier.consultation_id)
        # A page without tables follows no table row, so notify the atelier's staff room as well.
        announce(team_words_changed(atelier.pk), *map(changed, atelier.tables.all()))
    return table


def edit_table(table: Table, *, title: str, by: User) -> Table:
    require(Viewer(by), "ateliers.write_note", table)
    title = _one_line(title, 120, "title", _("Nom de la table"))
    if title == table.title:
        return table
    with transaction.atomic():
        locked(table.atelier)
        table.title = title
        table.save(update_fields=["title"])
        record("table.edited", table, by=by, consultation_id=table.atelier.consultation_id)
        announce(*map(changed, table.atelier.tables.all()))
    return table


def write_note(
    table: Table,
    *,
    text: str,
    nature: Nature | None = None,
    title: str = "",
    actor_kind: ActorKind | None = None,
    speaker_name: str = "",
    speaker_consents: bool = False,
    by: User,
    now: datetime,
    client_uuid: uuid.UUID | str | None = None,
) -> Note:
    """Write a note, by someone who takes notes; a speaker is named only with their consent."""
    require(Viewer(by, now), "ateliers.write_note", table)
    values = _checked(table.atelier, text, title, nature, actor_kind, speaker_name, speaker_consents)

    def write() -> Note:
        with transaction.atomic():
            note = Note.objects.create(table=table, at=now, by=by, **values)
            consultation_id = table.atelier.consultation_id
            record("note.written", note, by=by, consultation_id=consultation_id)
            announce(added(note), changed(table), staff_pages_changed(consultation_id))
        return note

    digest_of = repr([table.pk, *values.values()])
    return receipts.once(client_uuid, actor=f"user:{by.pk}", verb="note.write", digest_of=digest_of, write=write)


def edit_note(note: Note, *, expected_version: Version | None = None, by: User, **fields: Any) -> Note:
    """Correct a note that has not joined the debate; afterwards its contribution is edited."""
    require(Viewer(by), "ateliers.write_note", note)
    given = {name: fields.get(name, getattr(note, name)) for name in _FIELDS}
    values = _checked(note.table.atelier, *(given[name] for name in _FIELDS))
    with transaction.atomic():
        note = _locked([note])[0]
        _check_not_poured(note)
        if not assign(note, rewrite(note, values, expected_version, by=by)):
            return note
        note.save()
        record("note.edited", note, by=by, consultation_id=note.table.atelier.consultation_id)
        announce(changed(note))
    return note


def remove_note(note: Note, *, by: User) -> None:
    """Delete a note that has not joined the debate."""
    require(Viewer(by), "ateliers.write_note", note)
    with transaction.atomic():
        note = _locked([note])[0]
        _check_not_poured(note)
        gone = removed(note)
        record("note.removed", note, by=by, consultation_id=note.table.atelier.consultation_id)
        forget(note)
        note.delete()
        announce(gone, changed(note.table), staff_pages_changed(note.table.atelier.consultation_id))


def pour_notes(atelier: Atelier, *, notes: Iterable[Note], topic: Topic, by: User, now: datetime) -> list[Contribution]:
    """Turn each chosen note into a contribution of the topic; idempotent."""
    require(Viewer(by, now), "ateliers.pour_notes", atelier)
    topic_here(atelier, topic, by=by, now=now)
    if not atelier.has_started(now):
        raise ValidationError(_("L’atelier n’a pas encore commencé : rien n’y a été dit."), code="early")
    notes = list(notes)
    worded = _worded(notes)
    with transaction.atomic(), announced_together():
        lock_numbers(atelier.consultation, "contribution")
        atelier = locked(atelier)
        chosen = _locked(notes)
        if any(note.table.atelier_id != atelier.pk for note in chosen):
            raise PermissionDenied
        waiting = [note for note in chosen if note.contribution_id is None]
        poured = [_pour(note, worded.get((note.title, note.text)), atelier, topic, by=by, now=now) for note in waiting]
        if poured:
            numbers = [one.number for one in poured]
            details = {"topic": topic.pk, "contributions": numbers}
            record("atelier.notes_poured", atelier, by=by, consultation_id=atelier.consultation_id, details=details)
            told = [staff_pages_changed(atelier.consultation_id), changed(atelier, "meeting")]
            announce(*map(changed, chosen), *told)
    return poured


_FIELDS = ("text", "title", "nature", "actor_kind", "speaker_name", "speaker_consents")


def _worded(notes: Iterable[Note]) -> dict[tuple[str, str], Wording]:
    """Render notes before any lock; one that is edited meanwhile is rendered again under the lock.

    A note that is refused is named by its first words.
    """
    worded = {}
    for note in notes:
        with suppress(ValidationError):
            worded[note.title, note.text] = word(note.text, title=note.title, max_length=ENTERED_LENGTH)
    return worded


def _pour(
    note: Note, wording: Wording | None, atelier: Atelier, topic: Topic, *, by: User, now: datetime
) -> Contribution:
    try:
        contribution = enter_contribution(
            topic,
            author=_author_of(note, atelier, now),
            body=note.text,
            title=note.title,
            nature=note.nature,
            actor_kind=note.actor_kind,
            territory=None,
            origin=Origin.ATELIER,
            origin_label=atelier.title[:160],
            occurred_at=min(atelier.starts_at, now),
            source_key=f"note:{note.pk}",
            wording=wording,
            by=by,
            now=now,
        )
    except ValidationError as refusal:
        start = note.title or f"{note.text[:60]}…"
        raise ValidationError(
            _("Note « %(start)s » : %(problem)s"), params={"start": start, "problem": " ".join(refusal.messages)}
        ) from None
    note.contribution = contribution
    note.poured_at = now
    note.save(update_fields=["contribution", "poured_at"])
    return contribution


def _author_of(note: Note, atelier: Atelier, now: datetime) -> Participation:
    """Return the author of a note: the person who agreed to be named, else the table; neither needs an account."""
    if note.speaker_name:
        key, name = f"atelier:{atelier.pk}:{note.speaker_name}", note.speaker_name
    else:
        key, name = f"atelier:{atelier.pk}:table:{note.table_id}", _table_name(note.table)
    author, _is_new = Participation.objects.get_or_create(
        consultation=atelier.consultation, source_key=key[:120], defaults={"pseudonym": name, "joined_at": now}
    )
    return author


def _table_name(table: Table) -> str:
    name = _("%(table)s, atelier %(ref)s") % {"table": table.title, "ref": table.atelier.ref}
    return name if len(name) <= 80 else _("Une table de l’atelier %(ref)s") % {"ref": table.atelier.ref}


def _locked(notes: Iterable[Note]) -> list[Note]:
    rows = Note.objects.select_for_update(of=("self",)).select_related(
        "table__atelier__consultation", "nature", "actor_kind"
    )
    return list(rows.filter(pk__in=[note.pk for note in notes]).in_order())


def _check_not_poured(note: Note) -> None:
    if note.contribution_id is not None:
        raise ValidationError(_("Cette note a rejoint le débat : c’est la contribution qui se modifie."), code="poured")


def _checked(
    atelier: Atelier,
    text: str,
    title: str,
    nature: Nature | None,
    actor_kind: ActorKind | None,
    speaker_name: str,
    speaker_consents: bool,
) -> dict[str, Any]:
    errors: dict[str, Any] = {}
    try:
        text = check_text(text, max_length=TEXT_LENGTH)
    except ValidationError as error:
        errors["text"] = error
    if nature is not None and nature.consultation_id != atelier.consultation_id:
        errors["nature"] = _("Choisissez dans la liste.")
    if actor_kind is not None and actor_kind.consultation_id != atelier.consultation_id:
        errors["actor_kind"] = _("Choisissez dans la liste.")
    if speaker_name.strip() and not speaker_consents:
        errors["speaker_consents"] = _(
            "Une personne n’est nommée qu’avec son accord. Cochez la case, ou retirez le nom."
        )
    if errors:
        raise ValidationError(errors)
    speaker = _one_line(speaker_name, 80, "speaker_name", _("Nom")) if speaker_name.strip() else ""
    return {
        "text": text,
        "title": _one_line(title, 160, "title", _("Titre")) if title.strip() else "",
        "nature": nature,
        "actor_kind": actor_kind,
        "speaker_name": speaker,
        "speaker_consents": bool(speaker),
    }


def _one_line(value: str, limit: int, field: str, label: str) -> str:
    try:
        return check_line(value, max_length=limit, field=label)
    except ValidationError as error:
        raise ValidationError({field: error}) from None
