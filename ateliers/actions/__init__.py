"""The verbs of ateliers: their programme, their seats, their notes."""

from .notes import add_table, edit_note, edit_table, pour_notes, remove_note, write_note
from .programme import (
    AgendaLine,
    cancel_atelier,
    create_atelier,
    duplicate_atelier,
    edit_atelier,
    publish_atelier,
    set_agenda,
    set_team,
)
from .seats import Shortage, cancel_registration, register

__all__ = [
    "AgendaLine",
    "Shortage",
    "add_table",
    "cancel_atelier",
    "cancel_registration",
    "create_atelier",
    "duplicate_atelier",
    "edit_atelier",
    "edit_note",
    "edit_table",
    "pour_notes",
    "publish_atelier",
    "register",
    "remove_note",
    "set_agenda",
    "set_team",
    "write_note",
]
