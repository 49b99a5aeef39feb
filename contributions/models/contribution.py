"""Contributions, roots and replies, and every revision of their text."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from concertation.accounts.models import Organisation
from concertation.consultations.audiences import audience_of
from concertation.consultations.models import (
    ActorKind,
    Consultation,
    Nature,
    Participation,
    Phase,
    SpeaksFor,
    Stake,
    Territory,
    Topic,
)
from concertation.live.audience import Audience
from concertation.texts.fields import FoldedField
from concertation.texts.words import sort_key
from concertation.viewer import Viewer

from .batches import Batch
from .keywords import Keyword, TaggedContribution

PATH_DIGITS = 7
MAX_LEVELS = 30
TITLE_LENGTH = 250


class State(models.TextChoices):
    DRAFT = "draft", _("Brouillon")
    PENDING = "pending", _("En attente de modération")
    PUBLISHED = "published", _("Publiée")
    HIDDEN = "hidden", _("Masquée")
    WITHDRAWN = "withdrawn", _("Retirée")

    @classmethod
    def placed(cls) -> tuple["State", ...]:
        """Return the states that have a place in the thread: the text, or a placeholder."""
        return (cls.PUBLISHED, cls.HIDDEN, cls.WITHDRAWN)


class Origin(models.TextChoices):
    ONLINE = "online", _("En ligne")
    ATELIER = "atelier", _("Atelier")
    PAPER = "paper", _("Papier")
    IMPORT = "import", _("Import")


class ContributionQuerySet(models.QuerySet["Contribution"]):
    def visible_to(self, viewer: Viewer, consultation: Consultation) -> "ContributionQuerySet":
        """Return rows that have a place on the pages of this viewer, with placeholders and their own pending ones."""
        phases = Phase.objects.visible_to(viewer, consultation).values("pk")
        in_sight = self.filter(consultation=consultation, topic__phase__in=phases)
        return in_sight.visible_by_state(viewer, consultation)

    def visible_by_state(self, viewer: Viewer, consultation: Consultation) -> "ContributionQuerySet":
        """Filter like ``visible_to`` but for the phase: the rows are known to be in phases that this viewer sees."""
        reader = audience_of(viewer, consultation)
        if reader is None:
            return self.none()
        handed_in = self.exclude(state=State.DRAFT)
        if reader == Audience.STAFF:
            return handed_in
        seen = Q(published_at__isnull=False)
        if viewer.is_known:
            seen |= Q(author__user=viewer.person)
        return handed_in.filter(seen)

    def placed(self) -> "ContributionQuerySet":
        """Return those with a place on everyone's page: the text, or a placeholder if it was published once."""
        return self.exclude(state=State.DRAFT).filter(published_at__isnull=False)

    def pending(self) -> "ContributionQuerySet":
        """Return those never published yet, which only their author and the team see."""
        return self.filter(state=State.PENDING, published_at=None)

    def readable(self) -> "ContributionQuerySet":
        """Return those whose words may be shown, counted and exported."""
        return self.filter(state=State.PUBLISHED)

    def roots(self) -> "ContributionQuerySet":
        return self.filter(parent=None)

    def with_row(self) -> "ContributionQuerySet":
        """Load what a row shows, without a query for each row."""
        return self.with_objects_of_row().prefetch_related(*lists_of_row())

    def with_objects_of_row(self) -> "ContributionQuerySet":
        """Load what a row shows but for its lists, in one query."""
        return self.select_related(
            "current",
            "author__user",
            "actor_kind",
            "territory",
            "organisation__merged_into",
            "nature",
            "topic__phase__consultation",
        )


def lists_of_row() -> "list[str | models.Prefetch[str]]":
    """Return the lists that a row shows, to be prefetched."""
    return ["stakes", models.Prefetch("tagged", TaggedContribution.objects.select_related("tag"))]


class Contribution(models.Model):
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="contributions")
    number = models.PositiveIntegerField(null=True, blank=True)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="contributions")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies")
    root = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="thread", db_index=False
    )
    root_topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=PATH_DIGITS * MAX_LEVELS, blank=True)

    author = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="contributions", db_index=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    actor_kind = models.ForeignKey(ActorKind, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    territory = models.ForeignKey(Territory, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    speaks_for = models.CharField(max_length=10, choices=SpeaksFor.choices, default=SpeaksFor.NO)
    as_team = models.BooleanField(default=False)

    nature = models.ForeignKey(Nature, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    stakes = models.ManyToManyField(Stake, blank=True, related_name="+")
    keywords = models.ManyToManyField(Keyword, through=TaggedContribution, blank=True, related_name="contributions")
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    current = models.ForeignKey("Revision", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    state = models.CharField(max_length=10, choices=State.choices, default=State.PUBLISHED)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.ONLINE)
    origin_label = models.CharField(max_length=160, blank=True)
    source_key = models.CharField(max_length=160, blank=True, help_text="Which row of which import this is")
    batch = models.ForeignKey(
        Batch, null=True, blank=True, on_delete=models.PROTECT, related_name="contributions", db_index=False
    )
    occurred_at = models.DateTimeField(null=True, blank=True, help_text="When it was said, if not when it was written")
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    locked = models.BooleanField(default=False)
    pinned = models.BooleanField(default=False)
    is_trial = models.BooleanField(default=False, help_text="Written to try the consultation before it is public")

    agree_count = models.PositiveIntegerField(default=0)
    disagree_count = models.PositiveIntegerField(default=0)
    unclear_count = models.PositiveIntegerField(default=0)
    imported_agree = models.PositiveIntegerField(null=True, blank=True)
    imported_disagree = models.PositiveIntegerField(null=True, blank=True)
    imported_unclear = models.PositiveIntegerField(null=True, blank=True)
    reply_count = models.PositiveIntegerField(default=0)
    last_activity_at = models.DateTimeField(default=timezone.now)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consultation", "number"], name="one_contribution_per_number"),
            models.UniqueConstraint(
                fields=["consultation", "path"], name="one_contribution_per_path", condition=~Q(path="")
            ),
            models.UniqueConstraint(
                fields=["consultation", "source_key"],
                name="one_contribution_per_imported_row",
                condition=~Q(source_key=""),
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT) | (Q(number__isnull=False) & ~Q(path="")),
                name="what_is_handed_in_has_a_number_and_a_path",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED) | Q(published_at__isnull=False),
                name="what_is_published_has_a_date",
            ),
            models.CheckConstraint(condition=Q(parent=None) | Q(title=""), name="only_roots_have_a_title"),
            models.CheckConstraint(
                condition=Q(parent=None, root=None, root_topic=None)
                | Q(parent__isnull=False, root__isnull=False, root_topic=F("topic")),
                name="a_reply_stays_in_the_topic_of_its_root",
            ),
        ]
        indexes = [
            models.Index(fields=["topic", "path"], name="thread_in_order"),
            # Begins with the root, to find the replies of twenty roots without reading their topic.
            models.Index(fields=["root", "path"], name="replies_in_order"),
            models.Index(fields=["author", "topic"], name="texts_of_a_person"),
            models.Index(fields=["topic", "published_at"], name="latest_in_topic", condition=Q(state="published")),
            models.Index(fields=["consultation"], name="pending_moderation", condition=Q(state="pending")),
            models.Index(fields=["consultation"], name="hidden_by_moderation", condition=Q(state="hidden")),
            models.Index(
                fields=["topic", "-published_at", "-number"], name="roots_by_recency", condition=Q(parent=None)
            ),
            models.Index(
                fields=["topic", "-last_activity_at", "-number"], name="roots_by_activity", condition=Q(parent=None)
            ),
            models.Index(fields=["batch"], name="rows_of_an_import", condition=Q(batch__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def ref(self) -> str:
        """The public number: C-142."""
        return f"C-{self.number}" if self.number else "C-…"

    @property
    def level(self) -> int:
        """1 for a root, 2 for a reply to it, and so on."""
        return max(1, len(self.path) // PATH_DIGITS)

    @property
    def is_root(self) -> bool:
        return self.parent_id is None

    @property
    def is_shown(self) -> bool:
        """Return whether the row shows its words, and not a placeholder."""
        return self.state == State.PUBLISHED or (self.state == State.PENDING and self.published_at is None)

    @property
    def shown_keywords(self) -> list[Keyword]:
        """The accepted keywords, in French order; reads what ``with_row`` has prefetched."""
        uses = [use for use in self.tagged.all() if use.state == Keyword.State.ACCEPTED]
        standing = [use.tag for use in uses if use.tag.state == Keyword.State.ACCEPTED]
        return sorted(standing, key=lambda keyword: sort_key(keyword.name))

    @property
    def is_edited(self) -> bool:
        return self.current is not None and self.current.number > 1

    @property
    def said_at(self) -> datetime:
        return self.occurred_at or self.published_at or self.created_at


class Turnout(models.Model):
    """How many people have published in a consultation, for each audience: a counter (``counters.py``)."""

    consultation = models.OneToOneField(Consultation, on_delete=models.CASCADE, related_name="+")
    public = models.IntegerField(default=0)
    participants = models.IntegerField(default=0)
    committee = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.consultation_id}: {self.committee}"


class Voices(models.Model):
    """How many people have published in a topic as one kind of actor (None: not told): a counter (``counters.py``)."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="voices")
    actor_kind = models.ForeignKey(ActorKind, null=True, on_delete=models.CASCADE, related_name="+")
    people = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "actor_kind"], name="one_count_per_kind"),
            models.UniqueConstraint(fields=["topic"], name="one_count_without_kind", condition=Q(actor_kind=None)),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id}, {self.actor_kind_id}: {self.people}"


class Revision(models.Model):
    """One text of a contribution, the current one included; a revision is never changed."""

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    body = models.TextField()
    html = models.TextField()
    plain = models.TextField()
    folded = FoldedField(of=["title", "plain"])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["contribution", "number"], name="one_text_per_revision")]

    def __str__(self) -> str:
        return f"{self.contribution_id}/{self.number}"
