"""Phases, open or closed by their dates alone, and the topics debated in them."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from concertation.live.audience import Audience
from concertation.viewer import Viewer

from .consultation import Consultation
from .frame import Nature


class PhaseQuerySet(models.QuerySet["Phase"]):
    def in_order(self) -> "PhaseQuerySet":
        return self.order_by("position", "pk")

    def visible_to(self, viewer: Viewer, consultation: Consultation) -> "PhaseQuerySet":
        """Return the phases of ``consultation`` that this viewer may see."""
        from ..audiences import audience_of

        reader = audience_of(viewer, consultation)
        return self.none() if reader is None else self.open_to(reader, consultation)

    def open_to(self, reader: Audience, consultation: Consultation) -> "PhaseQuerySet":
        """Return the phases that this audience may see, if the consultation exists for it."""
        access = [one for one in Phase.Access if Phase.AUDIENCES[one] <= reader]
        return self.filter(consultation=consultation, access__in=access)


class Phase(models.Model):
    class Access(models.TextChoices):
        PUBLIC = "public", _("Tout le monde")
        PARTICIPANTS = "participants", _("Les personnes inscrites à la concertation")
        COMMITTEES = "committees", _("Les comités et les équipes")

    class Moderation(models.TextChoices):
        AFTER = "after", _("Après publication")
        BEFORE = "before", _("Avant publication")

    AUDIENCES = {
        Access.PUBLIC: Audience.PUBLIC,
        Access.PARTICIPANTS: Audience.PARTICIPANTS,
        Access.COMMITTEES: Audience.COMMITTEE,
    }

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="phases")
    position = models.PositiveIntegerField(default=0)
    title = models.CharField(_("titre"), max_length=120)
    goal = models.TextField(_("objectif"), blank=True)
    opens_at = models.DateTimeField(_("ouverture"))
    closes_at = models.DateTimeField(_("clôture"), help_text=_("Sans heure : 23 h 59 min 59 s ce jour-là."))
    access = models.CharField(_("qui y a accès"), max_length=12, choices=Access.choices, default=Access.PUBLIC)
    moderation = models.CharField(_("modération"), max_length=8, choices=Moderation.choices, default=Moderation.AFTER)
    allows_contributions = models.BooleanField(_("proposer des contributions"), default=True)
    allows_replies = models.BooleanField(_("répondre"), default=True)
    allows_reactions = models.BooleanField(_("réagir"), default=True)
    replies_after_close = models.BooleanField(_("répondre après la clôture"), default=False)
    reactions_after_close = models.BooleanField(_("réagir après la clôture"), default=False)
    natures = models.ManyToManyField(Nature, blank=True, related_name="phases", verbose_name=_("il s’agit de…"))
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PhaseQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")), name="phase_closes_after_it_opens"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def is_open(self, now: datetime) -> bool:
        return self.opens_at <= now < self.closes_at

    def is_over(self, now: datetime) -> bool:
        return self.closes_at <= now

    def takes_contributions(self, now: datetime) -> bool:
        return self.allows_contributions and self.is_open(now)

    def takes_replies(self, now: datetime) -> bool:
        return (self.allows_replies and self.is_open(now)) or (self.replies_after_close and self.is_over(now))

    def takes_reactions(self, now: datetime) -> bool:
        return (self.allows_reactions and self.is_open(now)) or (self.reactions_after_close and self.is_over(now))

    def audience(self, now: datetime) -> Audience:
        """The widest audience that may see what happens in this phase."""
        own = Phase.AUDIENCES[Phase.Access(self.access)]
        return own if self.consultation.is_public(now) else max(own, Audience.COMMITTEE)


class TopicQuerySet(models.QuerySet["Topic"]):
    def in_order(self) -> "TopicQuerySet":
        return self.order_by("phase__position", "position", "pk")

    def visible_to(self, viewer: Viewer, consultation: Consultation) -> "TopicQuerySet":
        return self.filter(phase__in=Phase.objects.visible_to(viewer, consultation))


_TopicManager = models.Manager.from_queryset(TopicQuerySet)


class ReadyTopics(_TopicManager["Topic"]):
    """Manager without the topics that an import prepares: nobody sees, counts or chooses them."""

    def get_queryset(self) -> TopicQuerySet:
        return TopicQuerySet(self.model, using=self._db).filter(is_ready=True)


class Topic(models.Model):
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="topics", verbose_name=_("phase"))
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", verbose_name=_("sous")
    )
    position = models.PositiveIntegerField(default=0)
    title = models.CharField(_("titre"), max_length=120)
    question = models.CharField(_("question posée"), max_length=300, blank=True)
    introduction = models.TextField(_("introduction"), blank=True)
    introduction_html = models.TextField(editable=False, blank=True)
    need_to_know = models.TextField(_("ce qu’il faut savoir"), blank=True)
    need_to_know_html = models.TextField(editable=False, blank=True)
    pinned_quote = models.TextField(_("citation épinglée"), blank=True)
    pinned_number = models.PositiveIntegerField(_("numéro de la contribution citée"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    counts_version = models.PositiveIntegerField(default=0, editable=False, help_text="Raised when its counts change")
    # Counts of what is published in the topic. ``contributions/counters.py`` updates them; a command checks them.
    contribution_count = models.IntegerField(default=0, editable=False)
    reply_count = models.IntegerField(default=0, editable=False)
    last_said_at = models.DateTimeField(null=True, editable=False)
    is_ready = models.BooleanField(default=True, editable=False, help_text="False until its import is published")

    objects = ReadyTopics()
    every = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def room(self) -> str:
        """The key of this topic's live room, without its audience."""
        return f"topic:{self.pk}"
