"""Topics and news as search finds them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concertation.search import sources
from concertation.search.actions import forget, index
from concertation.search.sources import Found, Source, Text, asks_others, plain_of
from concertation.texts.templatetags.french import day
from concertation.viewer import Viewer

from .audiences import audience_of
from .models import Consultation, News, Topic
from .topics import topic_url

# A topic stands before what was written in it, however new that is.
_BEFORE_ALL = datetime(9000, 1, 1, tzinfo=UTC)
NAMES: dict[type[Model], str] = {Topic: "topic", News: "news"}


def index_row(row: Model) -> None:
    """Index a row that was written, if it is of a kind that search finds."""
    if name := NAMES.get(type(row)):
        index(name, [row])


def index_copied_topics(consultation: Consultation) -> None:
    """Index the topics of a new consultation that were copied past the verbs that write one."""
    index(NAMES[Topic], list(Topic.every.filter(phase__consultation=consultation).select_related("phase")))


def forget_news(consultation: Consultation) -> None:
    """Delete from the index the news that go with their consultation."""
    forget(NAMES[News], consultation.news.values_list("pk", flat=True))


def forget_row(row: Model) -> None:
    """Delete from the index a row that is about to be deleted."""
    if name := NAMES.get(type(row)):
        forget(name, [row.pk])


def _texts_of_topics(rows: Sequence[Topic]) -> dict[int, list[Text]]:
    return {
        one.pk: [Text(one.phase.consultation_id, _BEFORE_ALL, title=one.title, plain=_words_of(one))] for one in rows
    }


def _words_of(topic: Topic) -> str:
    parts = (topic.question, plain_of(topic.introduction_html), plain_of(topic.need_to_know_html))
    return "\n".join(filter(None, parts))


def _readable_topics(viewer: Viewer, consultation: Consultation, filters: Mapping[str, Any]) -> QuerySet[Topic] | None:
    if asks_others(filters, "phase"):
        return None
    rows = Topic.objects.visible_to(viewer, consultation)
    return rows.filter(phase=filters["phase"]) if filters.get("phase") else rows


def _shown_topics(pks: Iterable[int], viewer: Viewer) -> dict[tuple[int, int], Found]:
    rows = Topic.objects.filter(pk__in=list(pks)).select_related("phase__consultation")
    return {
        (one.pk, 0): Found(
            href=topic_url(one.phase.consultation, one),
            title=one.title,
            plain=_words_of(one),
            details=[_("Thématique"), one.phase.title],
        )
        for one in rows
    }


def _texts_of_news(rows: Sequence[News]) -> dict[int, list[Text]]:
    return {
        one.pk: [
            Text(
                one.consultation_id,
                datetime.combine(one.on, time(12), tzinfo=UTC),
                title=one.title,
                plain=plain_of(one.body_html),
            )
        ]
        for one in rows
    }


def _readable_news(viewer: Viewer, consultation: Consultation, filters: Mapping[str, Any]) -> QuerySet[News] | None:
    if asks_others(filters):
        return None
    rows = News.objects.filter(consultation=consultation)
    return rows if audience_of(viewer, consultation) is not None else rows.none()


def _shown_news(pks: Iterable[int], viewer: Viewer) -> dict[tuple[int, int], Found]:
    rows = News.objects.filter(pk__in=list(pks)).select_related("consultation")
    return {
        (one.pk, 0): Found(
            href=f"{reverse('consultations:home', args=[one.consultation.slug])}#actualites",
            title=one.title,
            plain=plain_of(one.body_html),
            details=[_("Actualité"), day(one.on)],
        )
        for one in rows
    }


def register() -> None:
    topics: Source[Topic] = Source(
        name="topic",
        label=gettext_lazy("Thématiques"),
        rows=lambda: Topic.every.select_related("phase"),
        texts=_texts_of_topics,
        readable=_readable_topics,
        shown=_shown_topics,
    )
    news: Source[News] = Source(
        name="news",
        label=gettext_lazy("Actualités"),
        rows=News.objects.all,
        texts=_texts_of_news,
        readable=_readable_news,
        shown=_shown_news,
    )
    sources.register(topics)
    sources.register(news)
