"""Roles: organiser, moderator, animation, committees, each with an optional end."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.journal.actions import record
from concertation.live.actions import announce, announced_together
from concertation.notices.actions import notify
from concertation.permissions import require
from concertation.texts.direction import isolated
from concertation.texts.templatetags.french import quoted
from concertation.texts.words import skeleton
from concertation.viewer import Viewer

from ..live import staff_pages_changed
from ..models import Consultation, Membership, Participation, Role


def grant_role(
    consultation: Consultation, *, user: User, role: str, by: User, ends_at: datetime | None = None
) -> Membership:
    """Give a role to someone who has an account, and notify them."""
    require(Viewer(by), "consultations.organise", consultation)
    if role not in Role.values:
        raise ValidationError({"role": _("Choisissez un rôle de la liste.")})
    now = timezone.now()
    check_end(ends_at, now)
    with transaction.atomic(), announced_together():
        return save_role(consultation, user=user, role=role, ends_at=ends_at, now=now, by=by)


def check_end(ends_at: datetime | None, now: datetime) -> None:
    """Refuse a role that would already be over."""
    if ends_at is not None and ends_at <= now:
        raise ValidationError({"ends_at": _("La fin du rôle est déjà passée. Indiquez une date à venir, ou rien.")})


def save_role(
    consultation: Consultation, *, user: User, role: str, ends_at: datetime | None, now: datetime, by: User
) -> Membership:
    """Write a role within the caller's transaction; the calling verb has checked the permission."""
    membership, is_new = Membership.objects.select_for_update().get_or_create(
        consultation=consultation, user=user, role=role, defaults={"ends_at": ends_at, "created_at": now}
    )
    if not is_new and membership.ends_at == ends_at:
        return membership
    if not is_new:
        membership.ends_at = ends_at
        membership.save(update_fields=["ends_at"])
    details = {"role": role, "user": user.pk, "ends_at": ends_at.isoformat() if ends_at else None}
    # Accepting an invitation gives the role that it offered: the journal names no other person.
    verb = "role.granted" if user != by else "role.taken"
    record(verb, membership, by=by, consultation_id=consultation.pk, details=details)
    if user != by:
        notify(
            user,
            kind="role.granted",
            obj=membership,
            title=_("Votre rôle dans %(title)s") % {"title": quoted(consultation.title)},
            url=reverse("consultations:home", args=[consultation.slug]),
            text=_("Vous avez désormais le rôle : %(role)s.") % {"role": role_name(consultation, role)},
            at_once=True,
        )
    if is_new and role in Role.staff():
        _notify_of_namesakes(membership, now)
    announce(staff_pages_changed(consultation.pk))
    return membership


def _notify_of_namesakes(membership: Membership, now: datetime) -> None:
    """Notify the organisers if a participant has a name that this role reserves.

    New participants are refused such a name; earlier ones keep theirs, or they could block a role.
    """
    consultation, holder = membership.consultation, membership.user
    others = Participation.objects.filter(consultation=consultation, user__isnull=False).exclude(user=holder)
    drawn = skeleton(holder.display_name)
    names = {name for name in others.values_list("user__display_name", flat=True) if drawn and skeleton(name) == drawn}
    if not names:
        return
    organisers = Membership.objects.filter(consultation=consultation, role=Role.ORGANISER).held_at(now)
    for one in organisers.select_related("user"):
        notify(
            one.user,
            kind="role.namesake",
            obj=membership,
            title=_("Deux noms qui se ressemblent dans %(title)s") % {"title": quoted(consultation.title)},
            url=reverse("consultations:participants", args=[consultation.slug]),
            text=_(
                "%(name)s parle désormais pour l’équipe, et une autre personne participe sous un nom qui lui "
                "ressemble : %(names)s. Seules les contributions de l’équipe en portent l’insigne. Demandez à l’une "
                "des deux d’ajouter ce qui la distingue : une initiale, une ville…"
            )
            % {"name": isolated(str(holder)), "names": ", ".join(map(isolated, sorted(names)))},
            at_once=False,
        )


def end_role(membership: Membership, *, by: User, now: datetime) -> Membership:
    """End a role; a consultation always keeps one organiser."""
    require(Viewer(by, now), "consultations.organise", membership.consultation)
    with transaction.atomic(), announced_together():
        # Lock the consultation before counting its organisers.
        consultation = Consultation.objects.select_for_update().get(pk=membership.consultation_id)
        membership = Membership.objects.select_related("user").get(pk=membership.pk)
        if membership.ends_at is not None and membership.ends_at <= now:
            return membership
        if membership.role == Role.ORGANISER and not _organisers_besides(membership, now):
            raise ValidationError(
                _("Une concertation garde au moins une personne à l’organisation. Donnez d’abord ce rôle à une autre."),
                code="last_organiser",
            )
        membership.ends_at = now
        membership.save(update_fields=["ends_at"])
        details = {"role": membership.role, "user": membership.user_id}
        record("role.ended", membership, by=by, consultation_id=consultation.pk, details=details)
        notify(
            membership.user,
            kind="role.ended",
            obj=membership,
            title=_("Fin de votre rôle dans %(title)s") % {"title": quoted(consultation.title)},
            url=reverse("consultations:home", args=[consultation.slug]),
            text=_("Vous n’avez plus le rôle : %(role)s.") % {"role": role_name(consultation, membership.role)},
            at_once=True,
        )
        announce(staff_pages_changed(consultation.pk))
    return membership


def role_name(consultation: Consultation, role: str) -> str:
    """Return the name of a role; each consultation names its committees."""
    if role == Role.STEERING:
        return consultation.steering_name
    if role == Role.OPERATIONAL:
        return consultation.operational_name
    return str(Role(role).label) if role else _("Participant")


def _organisers_besides(membership: Membership, now: datetime) -> bool:
    others = Membership.objects.filter(consultation=membership.consultation_id, role=Role.ORGANISER).held_at(now)
    return others.exclude(pk=membership.pk).filter(user__is_active=True).exists()
