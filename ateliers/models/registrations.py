"""Registrations: seats and the waiting list."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .atelier import Atelier


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def active(self) -> "RegistrationQuerySet":
        return self.exclude(state=Registration.State.CANCELLED)

    def confirmed(self) -> "RegistrationQuerySet":
        return self.filter(state=Registration.State.CONFIRMED)

    def waiting(self) -> "RegistrationQuerySet":
        """Return the waiting list, first come first."""
        return self.filter(state=Registration.State.WAITING).order_by("rank")

    def in_mode(self, mode: str) -> "RegistrationQuerySet":
        return self.filter(mode=mode)


class Registration(models.Model):
    """One person at one atelier; ``rank`` is the order of arrival and never changes."""

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("Place confirmée")
        WAITING = "waiting", _("Sur liste d’attente")
        CANCELLED = "cancelled", _("Annulée")

    atelier = models.ForeignKey(Atelier, on_delete=models.CASCADE, related_name="registrations")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="registrations"
    )
    guest_name = models.CharField(_("nom"), max_length=120, blank=True)
    guest_email = models.EmailField(_("adresse électronique"), blank=True)
    mode = models.CharField(_("participation"), max_length=8, choices=Atelier.Mode.choices)
    rank = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices)
    at = models.DateTimeField(default=timezone.now)
    is_trial = models.BooleanField(default=False, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["atelier", "rank"], name="one_registration_per_rank"),
            models.UniqueConstraint(
                fields=["atelier", "user"],
                name="one_standing_registration_per_person",
                condition=~Q(state="cancelled") & Q(user__isnull=False),
            ),
            models.UniqueConstraint(
                "atelier",
                Lower("guest_email"),
                name="one_standing_registration_per_guest",
                condition=~Q(state="cancelled") & ~Q(guest_email=""),
            ),
            models.CheckConstraint(condition=~Q(mode="hybrid"), name="a_person_is_in_one_place"),
        ]

    def __str__(self) -> str:
        return f"#{self.rank}: {self.state}"

    @property
    def name(self) -> str:
        if self.user is not None:
            return self.user.display_name or str(_("Sans nom"))
        return self.guest_name or str(_("Compte supprimé"))

    @property
    def is_confirmed(self) -> bool:
        return self.state == Registration.State.CONFIRMED

    @property
    def is_active(self) -> bool:
        return self.state != Registration.State.CANCELLED
