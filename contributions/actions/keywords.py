"""Add keywords, and put them on contributions or take them off."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.batches import SIZE, in_batches
from concertation.consultations.actions.checking import is_used
from concertation.consultations.models import Consultation
from concertation.journal.actions import record
from concertation.live.actions import announce
from concertation.permissions import require
from concertation.texts.clean import check_line
from concertation.texts.words import identity, unaccented
from concertation.viewer import Viewer

from .. import tree
from ..models import Contribution, Keyword, TaggedContribution
from .editing import lock

NAME_LENGTH = 80


def add_keyword(consultation: Consultation, *, name: str, by: User, family: str = "") -> Keyword:
    """Add a keyword, or return the one whose name differs only by capitals, spaces or apostrophes."""
    require(Viewer(by), "contributions.tag", consultation)
    name = checked_name(name)
    with transaction.atomic():
        keyword, is_new = _find_or_create(consultation, name, family.strip()[:60])
        if not keyword.is_ready:  # an import has prepared it; the team now owns it
            show_keywords(consultation, keys=[keyword.pk], by=by)
            keyword.is_ready = is_new = True
        if is_new:
            details = {"keyword": keyword.name}
            record("keyword.created", keyword, by=by, consultation_id=consultation.pk, details=details)
    return keyword.merged_into or keyword


def prepare_keywords(consultation: Consultation, names: Iterable[str], *, by: User) -> dict[str, Keyword]:
    """Return the keywords of a file, by name; new ones stay unlisted until ``show_keywords``.

    The number of queries does not depend on theirs.
    """
    require(Viewer(by), "contributions.tag", consultation)
    tidy = {name: checked_name(name) for name in dict.fromkeys(names)}
    wanted = {identity(name): name for name in reversed(tidy.values())}
    with transaction.atomic():
        here = _by_identity(consultation, list(wanted))
        missing = [name for one, name in reversed(wanted.items()) if one not in here]
        if missing:
            Keyword.every.bulk_create(_unsaved(consultation, missing), batch_size=SIZE, ignore_conflicts=True)
            here |= _by_identity(consultation, list(map(identity, missing)))
            for name in missing:  # someone else took its address meanwhile
                if identity(name) not in here:
                    here[identity(name)] = _find_or_create(consultation, name, "", is_ready=False)[0]
    found = {name: here[identity(kept)] for name, kept in tidy.items()}
    return {name: keyword.merged_into or keyword for name, keyword in found.items()}


def show_keywords(consultation: Consultation, *, keys: Sequence[int], by: User) -> None:
    """Offer the prepared keywords among ``keys``; one that the team has added meanwhile is offered already."""
    require(Viewer(by), "contributions.tag", consultation)
    for some in in_batches(keys):
        Keyword.every.filter(consultation=consultation, pk__in=some, is_ready=False).update(is_ready=True)


def discard_keywords(consultation: Consultation, *, keys: Sequence[int]) -> None:
    """Delete the keywords among ``keys`` that an import brought and nothing uses."""
    for some in in_batches(keys):
        for keyword in Keyword.every.filter(consultation=consultation, pk__in=some):
            with transaction.atomic():
                if not is_used(keyword):
                    keyword.delete()


def checked_name(name: str) -> str:
    """Return the name on one line, or refuse one without a letter or a digit."""
    tidy = check_line(name, max_length=NAME_LENGTH, field=_("Mot-clé"))
    if not any(map(str.isalnum, tidy)):
        raise ValidationError({"name": _("Écrivez au moins une lettre ou un chiffre.")})
    return tidy


def _find_or_create(
    consultation: Consultation, name: str, family: str, *, is_ready: bool = True
) -> tuple[Keyword, bool]:
    """Add at the plain address, or at the one with a suffix when another name has taken it."""
    wanted = {"consultation": consultation, "identity": identity(name)}
    for address in (plain_address(name), distinct_address(name)):
        found = Keyword.every.select_related("merged_into").filter(**wanted).first()
        if found is not None:
            return found, False
        try:
            with transaction.atomic():
                row = Keyword(consultation=consultation, name=name, slug=address, family=family, is_ready=is_ready)
                row.save()
                return row, True
        except IntegrityError:  # the same name at the same time, or the address of another
            continue
    return Keyword.every.select_related("merged_into").get(**wanted), False


def _unsaved(consultation: Consultation, names: Sequence[str]) -> list[Keyword]:
    taken: set[str] = set()
    for some in in_batches([plain_address(name) for name in names]):
        taken.update(Keyword.every.filter(consultation=consultation, slug__in=some).values_list("slug", flat=True))
    made = []
    for name in names:
        address = plain_address(name)
        if address in taken:
            address = distinct_address(name)
        taken.add(address)
        made.append(Keyword(consultation=consultation, name=name, slug=address, is_ready=False))
    return made


def _by_identity(consultation: Consultation, identities: Sequence[str]) -> dict[str, Keyword]:
    found: dict[str, Keyword] = {}
    for some in in_batches(identities):
        rows = Keyword.every.filter(consultation=consultation, identity__in=some).select_related("merged_into")
        found.update({one.identity: one for one in rows})
    return found


def plain_address(name: str) -> str:
    """Return the slug of a name: "coeur-de-ville"; « 气候 » has none."""
    return slugify(unaccented(name))[:80] or "mot"


def distinct_address(name: str) -> str:
    """Return a slug that no other identity has."""
    return f"{plain_address(name)}-{sha256(identity(name).encode()).hexdigest()[:12]}"


def tag_contribution(
    contribution: Contribution, *, keywords: Iterable[Keyword], by: User, now: datetime | None = None
) -> Contribution:
    """Put keywords on a contribution, by the team; those it has already stay as they are."""
    require(Viewer(by, now), "contributions.tag", contribution)
    wanted = list(keywords)
    _check_own(contribution, wanted)
    with transaction.atomic():
        locked = lock(contribution)
        present = set(TaggedContribution.objects.filter(content_object=locked).accepted().values_list("tag", flat=True))
        new = [keyword for keyword in wanted if keyword.pk not in present]
        for keyword in new:
            TaggedContribution.objects.update_or_create(
                content_object=locked,
                tag=keyword,
                defaults={"topic": locked.topic, "state": Keyword.State.ACCEPTED, "by": by},
            )
        if new:
            _record("contribution.tagged", locked, new, by)
    return locked


def untag_contribution(
    contribution: Contribution, *, keywords: Iterable[Keyword], by: User, now: datetime | None = None
) -> Contribution:
    """Take keywords off a contribution, by the team."""
    require(Viewer(by, now), "contributions.tag", contribution)
    with transaction.atomic():
        locked = lock(contribution)
        uses = TaggedContribution.objects.filter(content_object=locked, tag__in=list(keywords)).accepted()
        gone = [use.tag for use in uses.select_related("tag")]
        uses.delete()
        if gone:
            _record("contribution.untagged", locked, gone, by)
    return locked


def _check_own(contribution: Contribution, keywords: Collection[Keyword]) -> None:
    if any(keyword.consultation_id != contribution.consultation_id for keyword in keywords):
        raise ValidationError({"keywords": _("Choisissez des mots-clés de cette concertation.")})
    if any(keyword.state != Keyword.State.ACCEPTED or keyword.merged_into_id for keyword in keywords):
        raise ValidationError({"keywords": _("Ce mot-clé n’est plus proposé. Choisissez-en un autre.")})


def _record(verb: str, locked: Contribution, keywords: list[Keyword], by: User) -> None:
    details = {"keywords": sorted(keyword.slug for keyword in keywords)}
    record(verb, locked, by=by, consultation_id=locked.consultation_id, details=details)
    announce(*tree.row_changed(locked))
