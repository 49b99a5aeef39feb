"""Ateliers as search finds them: their title, description and programme of the day."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from concertation.consultations.models import Consultation
from concertation.search import sources
from concertation.search.sources import Found, Source, Text, asks_others, plain_of
from concertation.texts.templatetags.french import moment
from concertation.viewer import Viewer

from .models import Atelier

NAME = "atelier"


def _texts(rows: Sequence[Atelier]) -> dict[int, list[Text]]:
    return {
        one.pk: [Text(one.consultation_id, one.starts_at, title=one.title, plain=_words_of(one), ref=f"A-{one.number}")]
        for one in rows
    }


def _words_of(atelier: Atelier) -> str:
    place = "" if atelier.mode == Atelier.Mode.REMOTE else atelier.place
    return "\n".join(filter(None, (plain_of(atelier.description_html), place)))


def _readable(viewer: Viewer, consultation: Consultation, filters: Mapping[str, Any]) -> QuerySet[Atelier] | None:
    if asks_others(filters, "phase"):
        return None
    rows = Atelier.objects.visible_to(viewer, consultation)
    return rows.filter(phases=filters["phase"]) if filters.get("phase") else rows


def _shown(pks: Iterable[int], viewer: Viewer) -> dict[tuple[int, int], Found]:
    rows = Atelier.objects.filter(pk__in=list(pks)).select_related("consultation")
    return {
        (one.pk, 0): Found(
            href=reverse("ateliers:detail", args=[one.consultation.slug, one.number]),
            title=one.title,
            plain=_words_of(one),
            details=[one.ref, moment(one.starts_at, one.zone or one.consultation.zone)],
        )
        for one in rows
    }


def register() -> None:
    source: Source[Atelier] = Source(
        name=NAME,
        label=gettext_lazy("Ateliers"),
        rows=Atelier.objects.all,
        texts=_texts,
        readable=_readable,
        shown=_shown,
    )
    sources.register(source)
