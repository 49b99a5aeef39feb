"""Participations: join with a kind of actor, a territory and an organisation, or be created by an import."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from concertation.accounts.models import LegalAcceptance, Organisation, User
from concertation.batches import in_batches, let_others_write
from concertation.journal.actions import record
from concertation.live.actions import announce
from concertation.permissions import require
from concertation.texts.clean import check_line
from concertation.viewer import Viewer

from ..limits import check_limit
from ..live import staff_pages_changed
from ..models import ActorKind, Consultation, Invitation, Participation, SpeaksFor, Territory
from .checking import assign

SOURCE_KEY: int = Participation._meta.get_field("source_key").max_length or 0
PSEUDONYM: int = Participation._meta.get_field("pseudonym").max_length or 0


@dataclass(frozen=True, kw_only=True)
class ImportedPerson:
    """One author of an imported file. ``source_key`` identifies the person there, so that none is created twice."""

    source_key: str
    pseudonym: str
    actor_kind: ActorKind | None = None
    territory: Territory | None = None
    organisation: Organisation | None = None
    speaks_for: str = SpeaksFor.NO


def join_consultation(
    consultation: Consultation,
    *,
    actor_kind: ActorKind | None,
    territory: Territory | None,
    organisation: Organisation | None,
    speaks_for: bool,
    accepts_charter: bool,
    now: datetime,
    by: User,
) -> Participation:
    """Join a consultation, once: give one's kind of actor and accept the charter."""
    require(Viewer(by, now), "consultations.join", consultation)
    given = {"actor_kind": actor_kind, "territory": territory, "organisation": organisation}
    _check_choices(consultation, given, speaks_for=speaks_for)
    if consultation.charter and not accepts_charter:
        raise ValidationError({"accepts_charter": _("Pour participer, il faut accepter la charte.")})
    stands_for = _claim_of(consultation, by, organisation, asked=speaks_for)
    with transaction.atomic():
        participation, is_new = Participation.objects.get_or_create(
            consultation=consultation, user=by, defaults={**given, "speaks_for": stands_for, "joined_at": now}
        )
        if consultation.charter:
            LegalAcceptance.objects.get_or_create(user=by, text=consultation.charter, defaults={"at": now})
        if is_new:
            record("participation.joined", participation, by=by, consultation_id=consultation.pk)
            announce(staff_pages_changed(consultation.pk))
    return participation


def edit_participation(
    participation: Participation, *, by: User, speaks_for: bool | None = None, **fields: Any
) -> Participation:
    """Change what people declared about themselves; earlier texts keep their copies."""
    require(Viewer(by), "consultations.edit_participation", participation)
    consultation = participation.consultation
    with transaction.atomic():
        participation = Participation.objects.select_for_update(of=("self",)).get(pk=participation.pk)
        speaks = participation.speaks_for != SpeaksFor.NO if speaks_for is None else speaks_for
        changed = assign(participation, fields)
        named = {name: getattr(participation, name) for name in ("actor_kind", "territory", "organisation")}
        _check_choices(consultation, named, speaks_for=speaks)
        changed += assign(participation, {"speaks_for": _speaks_for(participation, changed, asked=speaks)})
        if changed:
            check_limit("participation.edited", consultation, by=by)
            participation.save(update_fields=changed)
            details = {"fields": sorted(changed)}
            record("participation.edited", participation, by=by, consultation_id=consultation.pk, details=details)
            announce(staff_pages_changed(consultation.pk))
    return participation


def prepare_participations(
    consultation: Consultation, rows: Iterable[ImportedPerson], *, by: User
) -> dict[str, Participation]:
    """Return the authors of a file, by key; new ones stay unlisted until ``show_participations``."""
    require(Viewer(by), "consultations.organise", consultation)
    wanted = {row.source_key: row for row in rows}
    if "" in wanted:
        raise ValidationError(_("Chaque personne importée doit avoir une clé dans son fichier d’origine."))
    for key in wanted:
        check_line(key, max_length=SOURCE_KEY)
    names = {key: check_line(row.pseudonym, max_length=PSEUDONYM, blank=True) for key, row in wanted.items()}
    here = _by_source(consultation)
    new = [
        Participation(
            consultation=consultation,
            source_key=key,
            pseudonym=names[key],
            actor_kind=row.actor_kind,
            territory=row.territory,
            organisation=row.organisation,
            speaks_for=row.speaks_for,
            is_ready=False,
        )
        for key, row in wanted.items()
        if key not in here
    ]
    for some in in_batches(new):
        with transaction.atomic():
            Participation.every.bulk_create(some)
        let_others_write()
    here |= {one.source_key: one for one in new}
    return {key: here[key] for key in wanted}


def show_participations(consultation: Consultation, *, keys: Iterable[int], by: User) -> int:
    """List the prepared authors among ``keys`` as people of the consultation, and return their number."""
    require(Viewer(by), "consultations.organise", consultation)
    here = Participation.every.filter(consultation=consultation, is_ready=False)
    return sum(here.filter(pk__in=some).update(is_ready=True) for some in in_batches(sorted(keys)))


def organisation_of_invitation(user: User, consultation: Consultation) -> Organisation | None:
    """Return the organisation in whose name the organiser invited this person."""
    accepted = Invitation.objects.filter(consultation=consultation, accepted_by=user, organisation__isnull=False)
    last = accepted.select_related("organisation__merged_into").order_by("-accepted_at").first()
    return last.organisation if last else None


def invitation_to(user: User, consultation: Consultation) -> Invitation | None:
    """Return the last invitation that says what this person is: one they accepted, or one to their address."""
    theirs = Q(accepted_by=user) | Q(email=user.email, accepted_by=None)
    told = Q(actor_kind__isnull=False) | Q(territory__isnull=False)
    mine = Invitation.objects.filter(theirs, told, consultation=consultation, revoked_at=None)
    return mine.order_by("-created_at", "-pk").first()


def _by_source(consultation: Consultation) -> dict[str, Participation]:
    imported = Participation.every.filter(consultation=consultation).exclude(source_key="")
    return {one.source_key: one for one in imported}


def _check_choices(consultation: Consultation, given: dict[str, Any], *, speaks_for: bool) -> None:
    kind, territory, organisation = given["actor_kind"], given["territory"], given["organisation"]
    errors = {}
    if kind is None or kind.consultation_id != consultation.pk:
        errors["actor_kind"] = _("Dites à quel titre vous participez.")
    if territory is not None and territory.consultation_id not in (None, consultation.pk):
        errors["territory"] = _("Choisissez un territoire de la liste.")
    if speaks_for and organisation is None:
        errors["organisation"] = _("Indiquez l’organisation au nom de laquelle vous parlez.")
    if errors:
        raise ValidationError(errors)


def _claim_of(consultation: Consultation, user: User, organisation: Organisation | None, *, asked: bool) -> SpeaksFor:
    """Return whether this person speaks for the organisation: claimed by them, or confirmed by an invitation."""
    if not asked or organisation is None:
        return SpeaksFor.NO
    invited = organisation_of_invitation(user, consultation)
    vouched = invited is not None and invited.shown == organisation.shown
    return SpeaksFor.CONFIRMED if vouched else SpeaksFor.CLAIMED


def _speaks_for(participation: Participation, changed: list[str], *, asked: bool) -> str:
    if asked and "organisation" not in changed and participation.speaks_for != SpeaksFor.NO:
        return participation.speaks_for
    if participation.user is None:
        return SpeaksFor.CLAIMED if asked else SpeaksFor.NO
    return _claim_of(participation.consultation, participation.user, participation.organisation, asked=asked)
