"""Registry of the objects whose former words the teams can read; each app registers its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.urls import reverse

from concertation.documents.models import FormerText
from concertation.slots import Items

from .models import Consultation, Document, News, Phase, Reason, Topic
from .rules import consultation_of


@dataclass(frozen=True, kw_only=True)
class EditedText:
    """One kind of object. People with ``permission`` on ``subject`` may read its former words."""

    kind: str
    model: type[Model]
    permission: str
    address: Callable[[Any], str]
    consultation: str = "consultation"
    subject: Callable[[Any], Any] = lambda row: row


edited_texts: Items[EditedText] = Items()


def edited_text(kind: str) -> EditedText | None:
    return next((one for one in edited_texts if one.kind == kind), None)


def former_texts_address(row: Model) -> str:
    """Return the address of an object's former words; empty when there are none."""
    text = next((one for one in edited_texts if one.model is type(row)), None)
    if text is None or not FormerText.objects.of(row).exists():
        return ""
    slug = consultation_of(text.subject(row)).slug
    return reverse("consultations:former_texts", args=[slug, text.kind, row.pk])


def _at(name: str, *more: str) -> Callable[[Any], str]:
    def address(row: Any) -> str:
        return reverse(f"consultations:{name}", args=[consultation_of(row).slug, *more, row.pk])

    return address


def register() -> None:
    organise = "consultations.organise"
    lists = {"motifs": Reason, "documents": Document, "actualites": News}
    texts = [
        EditedText(
            kind="concertation",
            model=Consultation,
            permission=organise,
            consultation="",
            address=lambda row: reverse("consultations:settings", args=[row.slug]),
        ),
        EditedText(kind="phase", model=Phase, permission=organise, address=_at("phase_edit")),
        EditedText(
            kind="thematique",
            model=Topic,
            permission="consultations.edit_topic",
            consultation="phase__consultation",
            address=_at("topic_edit"),
        ),
        *(
            EditedText(kind=kind, model=model, permission=organise, address=_at("list_edit", kind))
            for kind, model in lists.items()
        ),
    ]
    for one in texts:
        edited_texts.add(one)
