"""A stand-in for the domain: boards of notes, to try the channel on something that has no rules but these.

A note is an organisation whose ``siret`` holds its version; one of kind "other" is seen by staff only. Board 1 is
public and takes replies to its notes, board 2 is for staff, and any other does not exist.
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils.html import format_html

from concertation.accounts.models import Organisation, OrganisationKind
from concertation.live.actions import announce
from concertation.live.audience import Audience
from concertation.live.models import Kind
from concertation.live.registry import Followed, Rendered
from concertation.viewer import Viewer
from tests.live.things import event

HIDDEN = OrganisationKind.OTHER
SHOWN = OrganisationKind.PUBLIC
# Fills the buffers of a reader who does not read.
LONG = OrganisationKind.COMPANY
# Seen by all, and closed to replies.
CLOSED = OrganisationKind.RESEARCH


def rooms(viewer: Viewer, pk: int) -> Sequence[str]:
    is_staff = viewer.is_known and viewer.person.is_staff
    classes = [Audience.PUBLIC, Audience.STAFF] if is_staff else [Audience.PUBLIC]
    if pk == 2:
        classes = [one for one in classes if one == Audience.STAFF]
    return [f"board:{pk}:{one.key}" for one in classes] if pk in (1, 2) else []


def render(pks: Sequence[int], audience: Audience) -> dict[int, Rendered]:
    notes = Organisation.objects.filter(pk__in=pks)
    if audience < Audience.STAFF:
        notes = notes.exclude(kind=HIDDEN)
    return {
        note.pk: Rendered(
            int(note.siret), row(note), {"parent": None, "root": None}, "" if note.kind == CLOSED else "board:1"
        )
        for note in notes
    }


NOTES = Followed("note", Organisation, lambda note, now: (), render)


def row(note: Organisation) -> str:
    text = note.name * 400 if note.kind == LONG else note.name
    return format_html('<article data-live="note:{}" data-version="{}">{}</article>', note.pk, int(note.siret), text)


def post(text: str, *, board: str = "board:1:public", kind: str = SHOWN) -> Organisation:
    with transaction.atomic():
        note = Organisation.objects.create(name=text, kind=kind, siret="1")
        announce(event(board, Kind.ADDED, f"note:{note.pk}"))
    return note


def change(note: Organisation, *, board: str = "board:1:public", **fields: str) -> None:
    with transaction.atomic():
        note = Organisation.objects.select_for_update().get(pk=note.pk)
        for name, value in fields.items():
            setattr(note, name, value)
        note.siret = str(int(note.siret) + 1)
        note.save()
        announce(event(board, Kind.CHANGED, f"note:{note.pk}"))
