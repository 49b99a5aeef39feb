"""Ateliers, registrations and notes."""

from .atelier import AgendaItem, Atelier, AtelierRole
from .notes import Note, Table
from .registrations import Registration

__all__ = ["AgendaItem", "Atelier", "AtelierRole", "Note", "Registration", "Table"]
