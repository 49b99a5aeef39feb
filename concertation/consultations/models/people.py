"""Participations, suspensions, roles and invitations."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from concertation.accounts.models import Organisation

from .consultation import Consultation
from .frame import ActorKind, Reason, Territory


class SpeaksFor(models.TextChoices):
    NO = "no", _("À titre personnel")
    CLAIMED = "claimed", _("Au nom de l’organisation (déclaré)")
    CONFIRMED = "confirmed", _("Au nom de l’organisation (confirmé)")


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def speaking(self) -> "ParticipationQuerySet":
        """Return those who speak for their organisation, the unconfirmed ones first."""
        name = Coalesce("organisation__merged_into__sort_key", "organisation__sort_key")
        claims = self.exclude(speaks_for=SpeaksFor.NO).annotate(sort_key=name)
        return claims.order_by("speaks_for", "sort_key", "pk")

    def suspended_at(self, now: datetime) -> "ParticipationQuerySet":
        """Return those whose suspension runs at ``now``; ``audiences`` decides whom it affects."""
        running = models.Q(suspension__ends_at=None) | models.Q(suspension__ends_at__gt=now)
        return self.filter(running, suspension__isnull=False, suspension__lifted_at=None)


_ParticipationManager = models.Manager.from_queryset(ParticipationQuerySet)


class ReadyParticipations(_ParticipationManager["Participation"]):
    """Manager without the authors of an import that is not published yet."""

    def get_queryset(self) -> ParticipationQuerySet:
        return ParticipationQuerySet(self.model, using=self._db).filter(is_ready=True)


class Participation(models.Model):
    """One person, or one pseudonym of an import, in one consultation; the author of what they write there."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="participations")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="participations"
    )
    pseudonym = models.CharField(max_length=80, blank=True)
    source_key = models.CharField(max_length=120, blank=True, help_text="Who this is in the file it was imported from")
    actor_kind = models.ForeignKey(ActorKind, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    territory = models.ForeignKey(Territory, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="participations"
    )
    speaks_for = models.CharField(max_length=10, choices=SpeaksFor.choices, default=SpeaksFor.NO)
    joined_at = models.DateTimeField(default=timezone.now)
    # The last suspension, stored here so that the query of a participation reads it too.
    suspension = models.ForeignKey("Suspension", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    is_ready = models.BooleanField(default=True, editable=False, help_text="False until its import is published")

    objects = ReadyParticipations()
    every = ParticipationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consultation", "user"], name="one_participation_per_person"),
            models.UniqueConstraint(
                fields=["consultation", "source_key"],
                name="one_participation_per_source",
                condition=~models.Q(source_key=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name shown beside this person's texts."""
        if self.user is not None and self.user.display_name:
            return self.user.display_name
        return self.pseudonym or str(_("Nom non communiqué") if self.source_key else _("Compte supprimé"))


class Suspension(models.Model):
    """The reason and the end of a time in which a person may read what is public and write nothing."""

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="suspensions")
    reason = models.ForeignKey(Reason, on_delete=models.PROTECT, related_name="+")
    message = models.TextField(_("message à la personne"))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(_("jusqu’au"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at=None) | models.Q(ends_at__gt=models.F("starts_at")),
                name="suspension_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def is_running(self, now: datetime) -> bool:
        """Return for this row what ``suspended_at`` filters by."""
        return self.lifted_at is None and (self.ends_at is None or self.ends_at > now)


class Role(models.TextChoices):
    TEAM = "team", _("Équipe d’animation")
    MODERATOR = "moderator", _("Modération")
    ORGANISER = "organiser", _("Organisation")
    STEERING = "steering", _("Comité directeur")
    OPERATIONAL = "operational", _("Comité opérationnel")

    @classmethod
    def staff(cls) -> tuple["Role", ...]:
        return (cls.TEAM, cls.MODERATOR, cls.ORGANISER)

    @classmethod
    def committees(cls) -> tuple["Role", ...]:
        return (cls.STEERING, cls.OPERATIONAL)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def held_at(self, now: datetime) -> "MembershipQuerySet":
        return self.filter(models.Q(ends_at=None) | models.Q(ends_at__gt=now))


class Membership(models.Model):
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("rôle"), max_length=12, choices=Role.choices)
    ends_at = models.DateTimeField(_("jusqu’au"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consultation", "user", "role"], name="one_membership_per_role")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role}"

    def is_held(self, now: datetime) -> bool:
        """Return for this row what ``held_at`` filters by."""
        return self.ends_at is None or self.ends_at > now


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unanswered(self) -> "InvitationQuerySet":
        """Return those that nobody accepted and nobody revoked, expired or not."""
        return self.filter(accepted_at=None, revoked_at=None)

    def waiting_at(self, now: datetime) -> "InvitationQuerySet":
        """Return those that may still be accepted."""
        return self.unanswered().filter(expires_at__gt=now)

    def expired_at(self, now: datetime) -> "InvitationQuerySet":
        """Return those that were not answered in time."""
        return self.unanswered().filter(expires_at__lte=now)


class Invitation(models.Model):
    """A mail that grants a role once: to the owner of its address, or to anyone with the link if it is open."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("adresse électronique"))
    name = models.CharField(_("nom"), max_length=80, blank=True)
    role = models.CharField(_("rôle"), max_length=12, choices=[("", _("Participant")), *Role.choices], blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    # What the organiser says of this person: proposed to them when they join, and counted among the invited.
    actor_kind = models.ForeignKey(ActorKind, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    territory = models.ForeignKey(Territory, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    message = models.TextField(_("mot personnel"), blank=True)
    open_to_others = models.BooleanField(_("le lien sert aussi à un compte d’une autre adresse"), default=False)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    mail_key = models.CharField(max_length=120, blank=True, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    role_ends_at = models.DateTimeField(_("fin du rôle donné"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(default=timezone.now, help_text="When its last letter was put in the outbox")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "email", "role"],
                name="one_pending_invitation_per_role",
                condition=models.Q(accepted_at=None, revoked_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def is_past(self, now: datetime) -> bool:
        """Return for this row what ``expired_at`` filters by, answered or not."""
        return self.expires_at <= now
