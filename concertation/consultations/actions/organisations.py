"""Organisations of the whole site: one for each name, compared without case, accents and apostrophes."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation.accounts.limits import TooMany
from concertation.accounts.models import Organisation, OrganisationKind, User
from concertation.accounts.names import check_name_of_organisation
from concertation.accounts.reserved_names import ReservedNames
from concertation.batches import SIZE, in_batches
from concertation.journal.actions import record
from concertation.journal.limits import wait_before
from concertation.texts.clean import check_line
from concertation.texts.templatetags.french import duration
from concertation.texts.words import identity
from concertation.viewer import Viewer

from ..models import Consultation
from .checking import is_used

NAME_LENGTH = 160
CREATED_A_DAY = 10


def find_or_create_organisation(name: str, *, kind: str = OrganisationKind.OTHER, by: User) -> Organisation:
    """Return the organisation of this name, or create it; case and the form of apostrophes do not matter."""
    known = _by_identity([identity(_checked_name(name))])
    if not any(one.is_ready for one in known.values()):
        _check_limit(by)
    return bulk_find_or_create_organisations([name], kind=kind, by=by)[name]


def bulk_find_or_create_organisations(
    names: Iterable[str], *, kind: str = OrganisationKind.OTHER, by: User
) -> dict[str, Organisation]:
    """Return the organisations of these names, all listed; known ones cost one query in all."""
    tidy = {name: _checked_name(name) for name in dict.fromkeys(names)}
    here = _by_identity([*{identity(kept) for kept in tidy.values()}])
    if all(identity(kept) in here and here[identity(kept)].is_ready for kept in tidy.values()):
        return {name: here[identity(kept)] for name, kept in tidy.items()}
    with transaction.atomic():  # one transaction: nobody else sees or lists a name that is not listed yet
        found = prepare_organisations(tidy, kind=kind, by=by)
        for one in found.values():
            if not one.is_ready and Organisation.every.filter(pk=one.pk, is_ready=False).update(is_ready=True):
                record("organisation.created", one, by=by)
            one.is_ready = True
    return found


def prepare_organisations(
    names: Iterable[str], *, kind: str = OrganisationKind.OTHER, by: User | None = None
) -> dict[str, Organisation]:
    """Return the organisations of a file, by name; new ones stay unlisted until ``show_organisations``."""
    tidy = {name: _checked_name(name) for name in dict.fromkeys(names)}
    wanted = {identity(name): name for name in reversed(tidy.values())}
    here = _by_identity(list(wanted))
    missing = [name for one, name in reversed(wanted.items()) if one not in here]
    try:
        here |= _create(missing, kind, by)
    except IntegrityError:  # another request created the same name meanwhile; read it
        return prepare_organisations(tidy, kind=kind, by=by)
    return {name: here[identity(kept)] for name, kept in tidy.items()}


def show_organisations(*, keys: Sequence[int]) -> None:
    """List the prepared organisations among ``keys``; one that somebody has chosen meanwhile is already listed."""
    for some in in_batches(keys):
        Organisation.every.filter(pk__in=some, is_ready=False).update(is_ready=True)


def discard_organisations(*, keys: Sequence[int]) -> None:
    """Delete the organisations among ``keys`` that nothing refers to."""
    for some in in_batches(keys):
        for one in Organisation.every.filter(pk__in=some):
            with transaction.atomic():
                if not is_used(one):
                    one.delete()


def _check_limit(by: User) -> None:
    """Limit how many names one person may add to the list that all are offered; the staff has no limit."""
    wait = wait_before("organisation.created", by=by, most=CREATED_A_DAY, within=timedelta(days=1))
    if wait and not Consultation.objects.run_by(Viewer(by, timezone.now())).exists():
        refusal = _("Vous avez déjà ajouté beaucoup d’organisations. Choisissez-en une, ou réessayez dans %(wait)s.")
        raise TooMany({"organisation": ValidationError(refusal, code="too_many", params={"wait": duration(wait)})})


def _create(names: Sequence[str], kind: str, by: User | None) -> dict[str, Organisation]:
    if not names:
        return {}
    reserved = ReservedNames(timezone.now())
    for name in names:
        _check_not_reserved(name, reserved, by)
    known = kind if kind in OrganisationKind.values else OrganisationKind.OTHER
    made = [Organisation(name=name, kind=known, is_ready=False) for name in names]
    with transaction.atomic():
        Organisation.every.bulk_create(made, batch_size=SIZE)
    return {one.identity: one for one in made}


def _checked_name(name: str) -> str:
    try:
        return check_line(name, max_length=NAME_LENGTH, field=_("Nom de l’organisation"))
    except ValidationError as error:
        raise ValidationError({"organisation": error.messages}) from None


def _check_not_reserved(name: str, reserved: ReservedNames, by: User | None) -> None:
    try:
        check_name_of_organisation(name, reserved, by=by)
    except ValidationError as error:
        raise ValidationError({"organisation": error.messages}) from None


def _by_identity(identities: Sequence[str]) -> dict[str, Organisation]:
    found: dict[str, Organisation] = {}
    for some in in_batches(identities):
        found.update({one.identity: one for one in Organisation.every.filter(identity__in=some)})
    return found
