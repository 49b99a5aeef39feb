"""The former words of recommendations, syntheses and their sections."""

from typing import Any

from django.urls import reverse

from concertation.consultations.edited_texts import EditedText, edited_texts

from .models import Recommendation, Section, Synthesis

PERMISSION = "syntheses.write"


def _numbered(name: str) -> Any:
    return lambda row: reverse(f"syntheses:{name}", args=[row.consultation.slug, row.number])


def _of_section(section: Section) -> str:
    return reverse("syntheses:section", args=[section.synthesis.consultation.slug, section.pk])


def register() -> None:
    kinds = {"recommandation": Recommendation, "synthese": Synthesis}
    for (kind, model), name in zip(kinds.items(), ("recommendation", "edit"), strict=True):
        edited_texts.add(EditedText(kind=kind, model=model, permission=PERMISSION, address=_numbered(name)))
    edited_texts.add(
        EditedText(
            kind="section",
            model=Section,
            permission=PERMISSION,
            consultation="synthesis__consultation",
            subject=lambda section: section.synthesis,
            address=_of_section,
        )
    )
