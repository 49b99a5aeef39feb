"""An atelier, its programme and the people who run it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from concertation.consultations.audiences import audiences_of, suspension_of
from concertation.consultations.models import Consultation, Document, Partner, Phase, Territory, Topic
from concertation.live.audience import Audience
from concertation.viewer import Viewer

if TYPE_CHECKING:
    from .registrations import Registration


def _accessible_to(reader: Audience) -> Q:
    return Q(access__in=[access for access in Atelier.Access if Atelier.AUDIENCES[access] <= reader])


class AtelierQuerySet(models.QuerySet["Atelier"]):
    def visible_to(self, viewer: Viewer, consultation: Consultation) -> "AtelierQuerySet":
        """Return those that this viewer may see; drafts only for the teams and for the people who run them."""
        return self.visible_across(viewer, [consultation])

    def visible_across(self, viewer: Viewer, consultations: Sequence[Consultation]) -> "AtelierQuerySet":
        """Return the same in several consultations, at the cost of one."""
        seen = Q(pk__in=[])
        suspended = {one.pk for one in consultations if suspension_of(viewer, one)}
        for pk, reader in audiences_of(viewer, consultations).items():
            shown = Q() if reader == Audience.STAFF else _accessible_to(reader) & ~Q(state=Atelier.State.DRAFT)
            # An empty Q is left out by "|", so that only the other side would count.
            if viewer.is_known and reader < Audience.STAFF and pk not in suspended:
                shown |= Q(pk__in=AtelierRole.objects.filter(user=viewer.person).values("atelier"))
            seen |= Q(consultation=pk) & shown
        return self.filter(seen)

    def open_to(self, reader: Audience, consultation: Consultation) -> "AtelierQuerySet":
        """Return those of ``consultation`` that this audience may see."""
        return self.filter(_accessible_to(reader), consultation=consultation)

    def announced(self) -> "AtelierQuerySet":
        return self.filter(state=Atelier.State.PUBLISHED)

    def not_started(self, now: datetime) -> "AtelierQuerySet":
        return self.filter(starts_at__gt=now)

    def to_come(self, now: datetime) -> "AtelierQuerySet":
        return self.filter(ends_at__gt=now).order_by("starts_at", "number")

    def over(self, now: datetime) -> "AtelierQuerySet":
        return self.filter(ends_at__lte=now).order_by("-starts_at", "-number")


class Atelier(models.Model):
    class Kind(models.TextChoices):
        TERRITORIAL = "territorial", _("Atelier territorial")
        NATIONAL = "national", _("Atelier national")
        CO_CONSTRUCTION = "co_construction", _("Atelier de co-construction")
        COMMITTEE = "committee", _("Réunion de comité")

    class Mode(models.TextChoices):
        ON_SITE = "on_site", _("Sur place")
        REMOTE = "remote", _("À distance")
        HYBRID = "hybrid", _("Sur place et à distance")

    class Access(models.TextChoices):
        PUBLIC = "public", _("Tout le monde")
        PARTICIPANTS = "participants", _("Les personnes inscrites à la concertation")
        COMMITTEES = "committees", _("Les comités et les équipes")

    class State(models.TextChoices):
        DRAFT = "draft", _("Brouillon")
        PUBLISHED = "published", _("Annoncé")
        CANCELLED = "cancelled", _("Annulé")

    AUDIENCES = {
        Access.PUBLIC: Audience.PUBLIC,
        Access.PARTICIPANTS: Audience.PARTICIPANTS,
        Access.COMMITTEES: Audience.COMMITTEE,
    }

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="ateliers")
    number = models.PositiveIntegerField(editable=False)
    title = models.CharField(_("titre"), max_length=160)
    kind = models.CharField(_("type d’atelier"), max_length=16, choices=Kind.choices, default=Kind.TERRITORIAL)
    description = models.TextField(_("présentation"), blank=True)
    description_html = models.TextField(editable=False, blank=True)
    phases = models.ManyToManyField(Phase, blank=True, related_name="ateliers", verbose_name=_("phases"))
    territories = models.ManyToManyField(
        Territory, blank=True, related_name="ateliers", verbose_name=_("territoires concernés")
    )
    hosts = models.ManyToManyField(Partner, blank=True, related_name="ateliers", verbose_name=_("organisé par"))

    starts_at = models.DateTimeField(_("début"))
    ends_at = models.DateTimeField(_("fin"))
    zone = models.CharField(_("fuseau horaire"), max_length=40, blank=True)
    mode = models.CharField(_("mode"), max_length=8, choices=Mode.choices, default=Mode.ON_SITE)
    place = models.CharField(_("lieu"), max_length=200, blank=True)
    access_services = models.TextField(_("accès et accessibilité"), max_length=1000, blank=True)
    join_link = models.URLField(_("lien de connexion"), max_length=500, blank=True)
    seats_on_site = models.PositiveIntegerField(_("places sur place"), null=True, blank=True)
    seats_remote = models.PositiveIntegerField(_("places à distance"), null=True, blank=True)

    registration_opens_at = models.DateTimeField(_("ouverture des inscriptions"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(_("clôture des inscriptions"), null=True, blank=True)
    access = models.CharField(_("ouvert à"), max_length=12, choices=Access.choices, default=Access.PUBLIC)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    cancel_reason = models.CharField(_("motif de l’annulation"), max_length=300, blank=True, editable=False)

    sequence = models.PositiveIntegerField(default=0, editable=False, help_text="Which edition calendars have")
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AtelierQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "number"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "number"], name="one_atelier_per_number"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="atelier_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(registration_opens_at=None)
                | Q(registration_closes_at=None)
                | Q(registration_closes_at__gt=F("registration_opens_at")),
                name="registration_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def ref(self) -> str:
        """The public number: A-3."""
        return f"A-{self.number}"

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone or self.consultation.zone)

    @property
    def names_its_zone(self) -> bool:
        """Whether its hours are shown with their zone: it is remote, or in another zone than the consultation's."""
        return self.mode != Atelier.Mode.ON_SITE or self.tz.key != self.consultation.zone

    @property
    def is_cancelled(self) -> bool:
        return self.state == Atelier.State.CANCELLED

    @property
    def is_draft(self) -> bool:
        return self.state == Atelier.State.DRAFT

    @property
    def modes(self) -> list[str]:
        """The ways to take part."""
        if self.mode == Atelier.Mode.HYBRID:
            return [Atelier.Mode.ON_SITE, Atelier.Mode.REMOTE]
        return [self.mode]

    def seats(self, mode: str) -> int | None:
        """Return the seats in this way of taking part; None when there is no limit."""
        return self.seats_on_site if mode == Atelier.Mode.ON_SITE else self.seats_remote

    def has_started(self, now: datetime) -> bool:
        return self.starts_at <= now

    def is_over(self, now: datetime) -> bool:
        return self.ends_at <= now

    def takes_registrations(self, now: datetime) -> bool:
        """Return whether it is announced, within its window, and not begun."""
        return (
            self.state == Atelier.State.PUBLISHED
            and now < self.starts_at
            and (self.registration_opens_at is None or self.registration_opens_at <= now)
            and (self.registration_closes_at is None or now < self.registration_closes_at)
        )

    def opens_later(self, now: datetime) -> bool:
        """Return whether its registrations are yet to open."""
        return self.registration_opens_at is not None and now < self.registration_opens_at

    def audience(self, now: datetime) -> Audience:
        """Return the widest audience that may see this atelier."""
        if self.state == Atelier.State.DRAFT:
            return Audience.STAFF
        own = Atelier.AUDIENCES[Atelier.Access(self.access)]
        return own if self.consultation.is_public(now) else max(own, Audience.COMMITTEE)

    def room(self, now: datetime) -> str:
        return f"atelier:{self.pk}:{self.audience(now).key}"

    def next_change(self, now: datetime) -> datetime | None:
        """Return the next moment at which its page changes without an event."""
        instants = (self.registration_opens_at, self.registration_closes_at, self.starts_at, self.ends_at)
        return min((at for at in instants if at and at > now), default=None)

    def registration_of(self, user: Any) -> "Registration | None":
        """Return this person's registration, with a seat or on the waiting list."""
        if not user.is_authenticated:
            return None
        return self.registrations.active().filter(user=user).first()


class AgendaItem(models.Model):
    atelier = models.ForeignKey(Atelier, on_delete=models.CASCADE, related_name="agenda")
    position = models.PositiveIntegerField(default=0)
    minutes = models.PositiveIntegerField(_("durée en minutes"), null=True, blank=True)
    title = models.CharField(_("sujet"), max_length=200)
    speakers = models.CharField(_("avec"), max_length=300, blank=True)
    topic = models.ForeignKey(
        Topic, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("thématique")
    )
    documents = models.ManyToManyField(Document, blank=True, related_name="+", verbose_name=_("documents"))

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class AtelierRole(models.Model):
    class Role(models.TextChoices):
        FACILITATOR = "facilitator", _("Animation")
        RAPPORTEUR = "rapporteur", _("Prise de notes")

    atelier = models.ForeignKey(Atelier, on_delete=models.CASCADE, related_name="roles")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="atelier_roles")
    role = models.CharField(_("rôle"), max_length=12, choices=Role.choices, default=Role.FACILITATOR)

    class Meta:
        ordering = ["role", "pk"]
        constraints = [models.UniqueConstraint(fields=["atelier", "user", "role"], name="one_atelier_role_per_person")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role}"
