"""The consultation, its news, its documents and its former addresses."""

from datetime import date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from concertation.accounts.models import LegalText
from concertation.viewer import Viewer

hex_colour = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Indiquer une couleur sous la forme #1a6b5c."))


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def visible_to(self, viewer: Viewer) -> "ConsultationQuerySet":
        """Return public ones; before the opening, those in which the viewer has a role and is not suspended."""
        public = models.Q(opens_publicly_at__lte=viewer.now)
        if not viewer.is_known:
            return self.filter(public)
        if viewer.is_administrator:
            return self.all()
        from .people import Membership, Participation, Role

        held = Membership.objects.filter(user=viewer.person).held_at(viewer.now).values("consultation")
        suspended = Participation.objects.filter(user=viewer.person).suspended_at(viewer.now).values("consultation")
        staff = models.Q(pk__in=held.filter(role__in=Role.staff()))
        return self.filter(public | staff | (models.Q(pk__in=held) & ~models.Q(pk__in=suspended)))

    def run_by(self, viewer: Viewer) -> "ConsultationQuerySet":
        """Return those in which the viewer is staff; all of them for the site's administrator."""
        if viewer.is_administrator:
            return self.all()
        from .people import Membership, Role

        held = Membership.objects.filter(user=viewer.person, role__in=Role.staff()).held_at(viewer.now)
        return self.filter(pk__in=held.values("consultation"))

    def not_archived(self) -> "ConsultationQuerySet":
        return self.filter(archived_at=None)


class Consultation(models.Model):
    slug = models.SlugField(_("adresse"), max_length=60, unique=True)
    title = models.CharField(_("titre"), max_length=160)
    summary = models.TextField(_("résumé"), max_length=600, blank=True)
    presentation = models.TextField(_("présentation : qui demande, et pourquoi"), blank=True)
    presentation_html = models.TextField(editable=False, blank=True)
    how_words_are_used = models.TextField(_("ce que deviendront vos contributions"), blank=True)
    how_words_are_used_html = models.TextField(editable=False, blank=True)
    opens_publicly_at = models.DateTimeField(
        _("ouverture au public"),
        null=True,
        blank=True,
        help_text=_("Vide : brouillon, vu des seuls comités et équipes."),
    )
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    zone = models.CharField(_("fuseau horaire"), max_length=40, default="Europe/Paris")
    charter = models.ForeignKey(LegalText, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    accent = models.CharField(_("couleur d’accent"), max_length=7, blank=True, validators=[hex_colour])
    logo = models.FileField(_("logo"), upload_to="logos/", blank=True)
    steering_name = models.CharField(_("nom du comité directeur"), max_length=80, default="Comité directeur")
    operational_name = models.CharField(_("nom du comité opérationnel"), max_length=80, default="Comité opérationnel")
    most_texts = models.PositiveSmallIntegerField(
        _("textes par personne en dix minutes"), default=40, validators=[MinValueValidator(1)]
    )
    most_reactions = models.PositiveSmallIntegerField(
        _("réactions par personne en dix minutes"), default=300, validators=[MinValueValidator(1)]
    )
    most_reports = models.PositiveSmallIntegerField(
        _("signalements par personne en dix minutes"), default=20, validators=[MinValueValidator(1)]
    )
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False, help_text="Raised by all that its own pages show")

    objects = ConsultationQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def archived(self) -> bool:
        return self.archived_at is not None

    def is_public(self, now: datetime) -> bool:
        return self.opens_publicly_at is not None and self.opens_publicly_at <= now

    def takes_trials(self, now: datetime) -> bool:
        """Return whether rows may be marked as trials: not once people come."""
        return not self.archived and not self.is_public(now)


class SlugHistory(models.Model):
    """A former address, which redirects to the consultation."""

    slug = models.SlugField(max_length=60, unique=True)
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="old_slugs")

    def __str__(self) -> str:
        return self.slug


class Counter(models.Model):
    """The last public number given in a consultation for one kind of object; numbers are never reused."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="counters")
    kind = models.CharField(max_length=20)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consultation", "kind"], name="one_counter_per_kind")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.last}"


class Partner(models.Model):
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="partners")
    name = models.CharField(_("nom"), max_length=120)
    role = models.CharField(_("rôle"), max_length=120, blank=True)
    logo = models.FileField(_("logo"), upload_to="partners/", blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Document(models.Model):
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="documents")
    title = models.CharField(_("titre"), max_length=160)
    file = models.FileField(_("fichier"), upload_to="documents/")
    alternative = models.TextField(_("ce que contient ce document"), blank=True)
    rights = models.CharField(_("droits"), max_length=200, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def format(self) -> str:
        """The extension of the file, in capitals: PDF, DOCX."""
        return (self.file.name or "").rpartition(".")[2].upper()

    @property
    def weight(self) -> int | None:
        """The file's size in bytes; None when the file is missing."""
        try:
            return int(self.file.size)
        except OSError:
            return None


def _check_not_to_come(on: date) -> None:
    if on > timezone.localdate():
        raise ValidationError(_("Cette date est à venir\u00a0: une actualité paraît aussitôt enregistrée."))


class News(models.Model):
    """Something that happened in the concertation, told by its team on the front page."""

    MARKDOWN: ClassVar[tuple[str, ...]] = ("body",)

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="news")
    on = models.DateField(_("date"), default=timezone.localdate, validators=[_check_not_to_come])
    title = models.CharField(_("titre"), max_length=160)
    body = models.TextField(_("texte"), blank=True)
    body_html = models.TextField(editable=False, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-on", "-pk"]
        verbose_name_plural = "news"

    def __str__(self) -> str:
        return self.title
