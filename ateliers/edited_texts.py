"""The former words of ateliers and of the notes taken at their tables."""

from django.urls import reverse

from concertation.consultations.edited_texts import EditedText, edited_texts

from .models import Atelier, Note


def _of_atelier(atelier: Atelier) -> str:
    return reverse("ateliers:edit", args=[atelier.consultation.slug, atelier.number])


def _of_note(note: Note) -> str:
    atelier = note.table.atelier
    return reverse("ateliers:note", args=[atelier.consultation.slug, atelier.number, note.pk])


def register() -> None:
    edited_texts.add(EditedText(kind="atelier", model=Atelier, permission="ateliers.organise", address=_of_atelier))
    edited_texts.add(
        EditedText(
            kind="note",
            model=Note,
            permission="ateliers.write_note",
            consultation="table__atelier__consultation",
            address=_of_note,
        )
    )
