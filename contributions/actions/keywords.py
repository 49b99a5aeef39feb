"""Keywords: the team's own words for what contributions speak of."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.consultations.models import Consultation
from concertation.journal.actions import record
from concertation.live.actions import announce
from concertation.permissions import require
from concertation.texts.clean import check_text

from .. import threads
from ..models import Contribution, Keyword, TaggedContribution
from .editing import lock

NAME_LENGTH = 80


def add_keyword(consultation: Consultation, *, name: str, by: User, family: str = "") -> Keyword:
    """The team adds a keyword; the same word written otherwise (accents, capitals) is the keyword already there."""
    require(by, "contributions.tag", consultation)
    name = " ".join(check_text(name, max_length=NAME_LENGTH).split())
    slug = slugify(name)[:100]
    if not slug:
        raise ValidationError({"name": _("Écrivez au moins une lettre ou un chiffre.")})
    with transaction.atomic():
        keyword, is_new = Keyword.objects.get_or_create(
            consultation=consultation, slug=slug, defaults={"name": name, "family": family.strip()[:60]}
        )
        if is_new:
            details = {"keyword": keyword.name}
            record("keyword.created", keyword, by=by, consultation_id=consultation.pk, details=details)
    kept: Keyword = keyword.merged_into or keyword
    return kept


def tag_contribution(
    contribution: Contribution, *, keywords: Iterable[Keyword], by: User, now: datetime | None = None
) -> Contribution:
    """The team puts keywords on a contribution; those it has already are left as they are."""
    require(by, "contributions.tag", contribution)
    wanted = list(keywords)
    _check_own(contribution, wanted)
    with transaction.atomic():
        locked = lock(contribution)
        present = set(TaggedContribution.objects.filter(content_object=locked).accepted().values_list("tag", flat=True))
        new = [keyword for keyword in wanted if keyword.pk not in present]
        for keyword in new:
            TaggedContribution.objects.update_or_create(
                content_object=locked, tag=keyword, defaults={"state": Keyword.State.ACCEPTED, "by": by}
            )
        if new:
            _tell("contribution.tagged", locked, new, by, now or timezone.now())
    return locked


def untag_contribution(
    contribution: Contribution, *, keywords: Iterable[Keyword], by: User, now: datetime | None = None
) -> Contribution:
    """The team takes keywords off a contribution."""
    require(by, "contributions.tag", contribution)
    with transaction.atomic():
        locked = lock(contribution)
        uses = TaggedContribution.objects.filter(content_object=locked, tag__in=list(keywords)).accepted()
        gone = [use.tag for use in uses.select_related("tag")]
        uses.delete()
        if gone:
            _tell("contribution.untagged", locked, gone, by, now or timezone.now())
    return locked


def _check_own(contribution: Contribution, keywords: Collection[Keyword]) -> None:
    if any(keyword.consultation_id != contribution.consultation_id for keyword in keywords):
        raise ValidationError({"keywords": _("Choisissez des mots-clés de cette concertation.")})
    if any(keyword.state != Keyword.State.ACCEPTED or keyword.merged_into_id for keyword in keywords):
        raise ValidationError({"keywords": _("Ce mot-clé n’est plus proposé. Choisissez-en un autre.")})


def _tell(verb: str, locked: Contribution, keywords: list[Keyword], by: User, now: datetime) -> None:
    threads.raise_versions(Contribution.objects.filter(pk=locked.pk))
    locked.version += 1
    details = {"keywords": sorted(keyword.slug for keyword in keywords)}
    record(verb, locked, by=by, consultation_id=locked.consultation_id, details=details)
    announce(*threads.changed(locked, now))


def bulk_add_keywords(consultation: Consultation, names: Iterable[str], *, by: User) -> dict[str, Keyword]:
    """The keywords of a file, by name; those that exist are found, the others are made."""
    return {name: add_keyword(consultation, name=name, by=by) for name in dict.fromkeys(names)}
