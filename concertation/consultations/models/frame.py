"""The lists of a consultation: families and kinds of actors, territories, stakes, natures, reasons."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from concertation.texts.fields import SortKeyField

from .consultation import Consultation, hex_colour


class ActorFamily(models.Model):
    """Several kinds of actors counted together in figures: « Collectivités », « Acteurs économiques »."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="actor_families")
    label = models.CharField(_("libellé"), max_length=80)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name_plural = "actor families"
        constraints = [models.UniqueConstraint(fields=["consultation", "label"], name="one_actor_family_per_label")]

    def __str__(self) -> str:
        return self.label


class ActorKindQuerySet(models.QuerySet["ActorKind"]):
    def prepared(self) -> "ActorKindQuerySet":
        """Return those that an import has created and not published yet."""
        return self.filter(is_ready=False)


_ActorKindManager = models.Manager.from_queryset(ActorKindQuerySet)


class ReadyActorKinds(_ActorKindManager["ActorKind"]):
    """Manager without the prepared ones."""

    def get_queryset(self) -> ActorKindQuerySet:
        return ActorKindQuerySet(self.model, using=self._db).filter(is_ready=True)


class ActorKind(models.Model):
    """A kind of actor, asked as « Vous êtes »."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="actor_kinds")
    family = models.ForeignKey(
        ActorFamily, null=True, blank=True, on_delete=models.RESTRICT, related_name="kinds", verbose_name=_("famille")
    )
    label = models.CharField(_("libellé"), max_length=80)
    position = models.PositiveIntegerField(default=0)
    is_ready = models.BooleanField(default=True, editable=False, help_text="False until its import is published")

    objects = ReadyActorKinds()
    every = ActorKindQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["consultation", "label"], name="one_actor_kind_per_label")]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        if self.family is not None and self.family.consultation_id != self.consultation_id:
            raise ValidationError({"family": _t("Choisissez parmi les familles de cette concertation.")})


class TerritoryQuerySet(models.QuerySet["Territory"]):
    def offered_in(self, consultation: Consultation) -> "TerritoryQuerySet":
        """Return the official ones and those that this consultation added."""
        return self.filter(models.Q(consultation=None) | models.Q(consultation=consultation))


class Territory(models.Model):
    class Kind(models.TextChoices):
        NATIONAL = "national", _("National / sans territoire")
        REGION = "region", _("Région")
        DEPARTEMENT = "departement", _("Département")
        OTHER = "other", _("Autre territoire")

    consultation = models.ForeignKey(
        Consultation, null=True, blank=True, on_delete=models.CASCADE, related_name="own_territories"
    )
    kind = models.CharField(_("échelle"), max_length=12, choices=Kind.choices, default=Kind.OTHER)
    code = models.CharField(_("code"), max_length=12)
    name = models.CharField(_("nom"), max_length=120)
    sort_key = SortKeyField(of="name")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "sort_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code"], name="one_official_territory_per_code", condition=models.Q(consultation=None)
            ),
            models.UniqueConstraint(fields=["consultation", "kind", "code"], name="one_own_territory_per_code"),
        ]

    def __str__(self) -> str:
        return self.name


class Stake(models.Model):
    """A concern that crosses all phases, from a closed list."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="stakes")
    label = models.CharField(_("libellé"), max_length=80)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["consultation", "label"], name="one_stake_per_label")]

    def __str__(self) -> str:
        return self.label


class Nature(models.Model):
    """What a contribution is: « Il s’agit de… »."""

    class Icon(models.TextChoices):
        NEED = "need", _("besoin")
        OBSTACLE = "obstacle", _("frein")
        OPPORTUNITY = "opportunity", _("opportunité")
        SOLUTION = "solution", _("solution")
        EXPERIMENT = "experiment", _("expérimentation")
        TOOL = "tool", _("outil")
        FEATURE = "feature", _("fonctionnalité")

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="natures")
    code = models.SlugField(_("code"), max_length=20)
    singular = models.CharField(_("singulier"), max_length=40)
    plural = models.CharField(_("pluriel"), max_length=40)
    colour = models.CharField(_("couleur"), max_length=7, default="#1a6b5c", validators=[hex_colour])
    icon = models.CharField(_("icône"), max_length=20, choices=Icon.choices, default=Icon.NEED)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["consultation", "code"], name="one_nature_per_code")]

    def __str__(self) -> str:
        return capfirst(self.singular)


class ReasonQuerySet(models.QuerySet["Reason"]):
    def to_hide(self) -> "ReasonQuerySet":
        """Return the reasons to report or hide a text, and to suspend a person."""
        return self.filter(use=Reason.Use.HIDE)

    def to_restore(self) -> "ReasonQuerySet":
        return self.filter(use=Reason.Use.RESTORE)

    def to_move(self) -> "ReasonQuerySet":
        return self.filter(use=Reason.Use.MOVE)


class Reason(models.Model):
    """The reason of a moderator's decision, which the author reads."""

    class Use(models.TextChoices):
        HIDE = "hide", _("Signaler, masquer ou suspendre")
        RESTORE = "restore", _("Rétablir")
        MOVE = "move", _("Déplacer")

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="reasons")
    label = models.CharField(_("libellé"), max_length=120)
    explanation = models.TextField(_("explication donnée à l’auteur"), blank=True)
    use = models.CharField(_("sert à"), max_length=8, choices=Use.choices, default=Use.HIDE)
    position = models.PositiveIntegerField(default=0)

    objects = ReasonQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["consultation", "label"], name="one_reason_per_label")]

    def __str__(self) -> str:
        return self.label
