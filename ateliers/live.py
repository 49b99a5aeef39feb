"""Render the live rows of ateliers: cards and seats for all viewers, notes and tables for note-takers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.template.loader import get_template, render_to_string
from django.utils import timezone

from concertation.consultations.audiences import audience_of
from concertation.consultations.live import SITE_ROOM
from concertation.live import registry
from concertation.live.audience import Audience
from concertation.live.models import Kind
from concertation.viewer import Viewer

from .cards import cards_of
from .models import Atelier, Note, Table
from .rules import runs_it
from .seats_left import Places, places_of
from .states import state_of


def seats_html(atelier: Atelier) -> str:
    places = places_of([atelier])[atelier.pk]
    return render_to_string("ateliers/seats.html", {"atelier": atelier, "places": places})


def render_seats(pks: Sequence[int], audience: Audience) -> Mapping[int, registry.Rendered]:
    now = timezone.now()
    rows = Atelier.objects.filter(pk__in=pks).select_related("consultation")
    seen = [one for one in rows if one.audience(now) <= audience]
    return {one.pk: registry.Rendered(one.version, seats_html(one)) for one in seen}


def render_cards(pks: Sequence[int], audience: Audience) -> Mapping[int, registry.Rendered]:
    """Render the card of an atelier; a draft has none."""
    now = timezone.now()
    rows = Atelier.objects.filter(pk__in=pks).exclude(state=Atelier.State.DRAFT).select_related("consultation")
    cards = cards_of([one for one in rows if one.audience(now) <= audience], now)
    template = get_template("ateliers/card.html")
    return {card.atelier.pk: registry.Rendered(card.atelier.version, template.render({"card": card})) for card in cards}


def rooms_of_page(atelier: Atelier, now: datetime) -> list[str]:
    return [atelier.room(now)]


def rooms_of_card(atelier: Atelier, readers: Audience) -> list[str]:
    """The pages of the consultation, and the home page of the site for what is everyone's; a draft has no card."""
    if atelier.is_draft:
        return []
    pages = f"consultation:{atelier.consultation_id}:{readers.key}"
    return [pages, SITE_ROOM] if readers == Audience.PUBLIC else [pages]


def _rooms_of_note(note: Note, now: datetime) -> list[str]:
    """Notes are for those who run the atelier; what is public of them is the contributions they became."""
    return _rooms_of_table(note.table, now)


def _rooms_of_table(table: Table, now: datetime) -> list[str]:
    return [f"atelier:{table.atelier_id}:{Audience.STAFF.key}"]


def rooms_of(viewer: Viewer, pk: int) -> Sequence[str]:
    """Return the rooms of an atelier that this viewer may join: one for each audience up to their own."""
    atelier = viewer.ask("ateliers", [pk], Atelier.objects.select_related("consultation").in_bulk).get(pk)
    if atelier is None:
        return []
    reader = audience_of(viewer, atelier.consultation)
    if reader is None:
        return []
    highest = Audience.STAFF if runs_it(viewer, atelier) else reader
    if atelier.audience(viewer.now) > highest:
        return []
    return [f"atelier:{atelier.pk}:{one.key}" for one in highest.reaches()]


def render_notes(pks: Sequence[int], audience: Audience) -> Mapping[int, registry.Rendered]:
    """Render notes for the people who run the atelier; no other audience gets one."""
    if audience != Audience.STAFF:
        return {}
    rows = Note.objects.filter(pk__in=pks).select_related("table__atelier__consultation", "nature", "actor_kind")
    template = get_template("ateliers/note_row.html")
    return {
        note.pk: registry.Rendered(
            note.version,
            template.render(note_context(note)),
            {"parent": note.table_id, "root": note.table_id},
        )
        for note in rows.select_related("contribution__topic__phase")
    }


def note_context(note: Note) -> dict[str, Any]:
    """Return the context of ``ateliers/note_row.html`` for a note alone."""
    atelier = note.table.atelier
    takes_trials = atelier.consultation.takes_trials(timezone.now())
    return {"note": note, "atelier": atelier, "may_mark_trials": takes_trials}


def meeting_context(atelier: Atelier, places: Sequence[Places], now: datetime) -> dict[str, Any]:
    return {"atelier": atelier, "state": state_of(atelier, places, now), "changes_at": atelier.next_change(now)}


def register() -> None:
    registry.row("atelier", Atelier, rooms=rooms_of_page, render=render_seats)
    registry.row("card", Atelier, rooms=lambda one, now: rooms_of_card(one, one.audience(now)), render=render_cards)
    registry.update("meeting", Atelier, rooms=rooms_of_page)
    registry.update("words", Atelier, rooms=rooms_of_page)
    kinds = (Kind.ADDED, Kind.CHANGED, Kind.REMOVED)
    registry.row("note", Note, rooms=_rooms_of_note, render=render_notes, kinds=kinds)
    registry.update("table", Table, rooms=_rooms_of_table)
    registry.register_room("atelier", rooms_of)
