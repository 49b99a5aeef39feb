"""Registrations and notes marked as trials, and their deletion."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concertation.consultations.live import staff_pages_changed
from concertation.consultations.models import Consultation
from concertation.consultations.trials import TrialKind, Words, trial_kinds
from concertation.documents.conflicts import forget
from concertation.live.actions import Announcement, changed, removed
from concertation.permissions import may
from concertation.viewer import Viewer
from contributions import trials as of_contributions

from .actions.locking import locked, seats_changed, team_words_changed
from .actions.seats import give_free_seats
from .models import Atelier, Note, Registration, Table
from .models.notes import NoteQuerySet
from .models.registrations import RegistrationQuerySet


def register() -> None:
    trial_kinds.add(
        TrialKind(
            key="inscription",
            title=gettext_lazy("Inscriptions aux ateliers"),
            permission="ateliers.mark_trial_registration",
            find=find_registration,
            words=words_of_registration,
            lock=lock_registration,
            changed=lambda row: [changed(row.atelier), team_words_changed(row.atelier_id)],
            rows=registrations,
            refusals=lambda consultation: {},
            delete=delete_registrations,
        )
    )
    trial_kinds.add(
        TrialKind(
            key="note",
            title=gettext_lazy("Notes d’atelier"),
            permission="ateliers.write_note",
            find=find_note,
            words=words_of_note,
            lock=lock_note,
            changed=lambda row: [changed(row)],
            rows=notes,
            refusals=note_refusals,
            delete=delete_notes,
        )
    )


def find_registration(viewer: Viewer, consultation: Consultation, pk: int) -> Registration | None:
    """Return a registration to the person registered and to those who read the list of its atelier."""
    found = _registrations().filter(pk=pk, atelier__consultation=consultation).first()
    is_own = found is not None and viewer.is_known and found.user_id == viewer.pk
    return found if found and (is_own or may(viewer, "ateliers.read_registrations", found)) else None


def words_of_registration(row: Registration) -> Words:
    atelier = row.atelier
    url = reverse("ateliers:detail", args=[atelier.consultation.slug, atelier.number])
    name = _("Inscription à %(ref)s") % {"ref": atelier.ref}
    return Words(name=name, text=f"{atelier.title}, {row.name}", url=url)


def lock_registration(row: Registration) -> Registration:
    locked(row.atelier)
    return _registrations().get(pk=row.pk)


def registrations(consultation: Consultation) -> RegistrationQuerySet:
    return _registrations().filter(atelier__consultation=consultation, is_trial=True).order_by("atelier", "rank")


def delete_registrations(consultation: Consultation, keys: Collection[int], now: datetime) -> Sequence[Announcement]:
    """Delete registrations; their seats go to the waiting list."""
    told: list[Announcement] = []
    of = Atelier.objects.filter(registrations__in=keys).select_related("consultation").distinct().order_by("pk")
    for one in list(of):
        atelier = locked(one)
        atelier.registrations.filter(pk__in=keys).delete()
        give_free_seats(atelier, now=now)
        told += [*seats_changed(atelier), team_words_changed(atelier.pk)]
    return told


def find_note(viewer: Viewer, consultation: Consultation, pk: int) -> Note | None:
    found = _notes().filter(pk=pk, table__atelier__consultation=consultation).first()
    return found if found and may(viewer, "ateliers.write_note", found) else None


def words_of_note(row: Note) -> Words:
    atelier = row.table.atelier
    url = reverse("ateliers:notes", args=[atelier.consultation.slug, atelier.number])
    return Words(name=_("Note de %(ref)s") % {"ref": atelier.ref}, text=row.title or row.text, url=url)


def lock_note(row: Note) -> Note:
    return _notes().select_for_update(of=("self",)).get(pk=row.pk)


def notes(consultation: Consultation) -> NoteQuerySet:
    return _notes().filter(table__atelier__consultation=consultation, is_trial=True).in_order()


def note_refusals(consultation: Consultation) -> Mapping[int, str]:
    """Return why marked notes stay: the contributions that they became do."""
    staying = of_contributions.refusals(consultation)
    return {
        note.pk: _("Reste, avec sa contribution\u00a0: %(ref)s") % {"ref": note.contribution.ref}
        for note in notes(consultation)
        if note.contribution is not None and (not note.contribution.is_trial or note.contribution.pk in staying)
    }


def delete_notes(consultation: Consultation, keys: Collection[int], now: datetime) -> Sequence[Announcement]:
    told: list[Announcement] = []
    tables: dict[int, Table] = {}
    for note in list(_notes().select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")):
        told.append(removed(note))
        tables[note.table_id] = note.table
        forget(note)
        note.delete()
    return [*told, *map(changed, tables.values()), staff_pages_changed(consultation.pk)]


def _registrations() -> RegistrationQuerySet:
    return Registration.objects.select_related("atelier__consultation", "user")


def _notes() -> NoteQuerySet:
    return Note.objects.select_related("table__atelier__consultation", "contribution")
