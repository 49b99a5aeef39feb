"""The contributions to analyse, as the list of the analyst shows them."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from concertation.consultations.models import Consultation
from concertation.texts.words import fold
from contributions.models import Contribution, ContributionQuerySet

from ..models import Reading
from .forms import CorpusFilterForm


def corpus(user: Any, consultation: Consultation, now: datetime, filters: dict[str, Any]) -> ContributionQuerySet:
    """Published contributions in thread order, with how many extracts each has given."""
    rows = Contribution.objects.visible_to(user, consultation, now).readable().with_row()
    rows = rows.annotate(extract_count=Count("extracts", distinct=True)).select_related("reading")
    wanted = {
        CorpusFilterForm.State.UNREAD: Q(reading=None),
        CorpusFilterForm.State.CODED: Q(reading__outcome=Reading.Outcome.CODED),
        CorpusFilterForm.State.NOT_CITED: Q(reading__outcome=Reading.Outcome.NOT_CITED),
    }.get(filters.get("etat", ""))
    if wanted is not None:
        rows = rows.filter(wanted)
    if filters.get("thematique"):
        rows = rows.filter(topic=filters["thematique"])
    if filters.get("nature"):
        rows = rows.filter(nature=filters["nature"])
    if filters.get("mots"):
        rows = rows.filter(current__folded__contains=fold(filters["mots"]))
    return rows.order_by("topic__phase__position", "topic__position", "path")


def progress(consultation: Consultation) -> tuple[int, int]:
    """How many of the published contributions have been read."""
    published = Contribution.objects.filter(consultation=consultation).readable()
    return published.filter(reading__isnull=False).count(), published.count()


def next_unread(user: Any, consultation: Consultation, now: datetime, after: Contribution) -> Contribution | None:
    """The next contribution to read in the same topic, in thread order."""
    rows = corpus(user, consultation, now, {"etat": CorpusFilterForm.State.UNREAD, "thematique": after.topic})
    return rows.filter(path__gt=after.path).first() or rows.exclude(pk=after.pk).first()
