"""Keywords of a consultation; also the typed wrapper of taggit, which has no types of its own."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase

from concertation.consultations.models import Consultation, Topic
from concertation.texts.fields import FoldedField, IdentityField, SortKeyField
from concertation.texts.words import fold, identity


class KeywordQuerySet(models.QuerySet["Keyword"]):
    def offered(self) -> "KeywordQuerySet":
        """Return those that one may filter by and choose: accepted and not merged into another."""
        return self.filter(state=Keyword.State.ACCEPTED, merged_into=None)

    def used_in(self, topic: Topic) -> "KeywordQuerySet":
        """Return those that a contribution of the topic has: one look at an index for each keyword."""
        uses = TaggedContribution.objects.filter(tag=models.OuterRef("pk"), topic=topic).accepted()
        handed_in = uses.exclude(content_object__state="draft")
        return self.filter(models.Exists(handed_in), consultation=topic.phase.consultation)

    def near(self, consultation: Consultation, name: str) -> "KeywordQuerySet":
        """Return those whose name differs from ``name`` by accents only, unless one of them is that very name."""
        here = self.offered().filter(consultation=consultation, folded=fold(name))
        return self.none() if here.filter(identity=identity(name)).exists() else here


_KeywordManager = models.Manager.from_queryset(KeywordQuerySet)


class ReadyKeywords(_KeywordManager["Keyword"]):
    """Manager without keywords that an import has created and not published yet."""

    def get_queryset(self) -> KeywordQuerySet:
        return KeywordQuerySet(self.model, using=self._db).filter(is_ready=True)


class Keyword(TagBase):  # type: ignore[misc]
    class State(models.TextChoices):
        SUGGESTED = "suggested", _("Proposé")
        ACCEPTED = "accepted", _("Retenu")
        REFUSED = "refused", _("Écarté")

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="keywords")
    name = models.CharField(_("mot-clé"), max_length=80)
    identity = IdentityField(of="name")
    folded = FoldedField(of="name")
    sort_key = SortKeyField(of="name")
    slug = models.SlugField(max_length=100, allow_unicode=False)
    family = models.CharField(_("famille"), max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACCEPTED)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")

    is_ready = models.BooleanField(default=True, editable=False, help_text="False until its import is published")

    objects = ReadyKeywords()
    every = KeywordQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "identity"], name="one_keyword_per_identity"),
            models.UniqueConstraint(fields=["consultation", "slug"], name="one_keyword_per_address"),
        ]
        indexes = [models.Index(fields=["consultation", "folded"], name="keywords_by_folded_name")]


class TaggedQuerySet(models.QuerySet["TaggedContribution"]):
    def accepted(self) -> "TaggedQuerySet":
        return self.filter(state=Keyword.State.ACCEPTED)


class TaggedContribution(ItemBase):  # type: ignore[misc]
    """A keyword on a contribution: suggested, accepted or refused, and by whom."""

    content_object = models.ForeignKey("contributions.Contribution", on_delete=models.CASCADE, related_name="tagged")
    # The topic of the contribution, which moves with it: the keywords of a topic are read without its contributions.
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+", db_index=False)
    tag = models.ForeignKey(Keyword, on_delete=models.CASCADE, related_name="uses")
    state = models.CharField(max_length=10, choices=Keyword.State.choices, default=Keyword.State.ACCEPTED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = TaggedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content_object", "tag"], name="one_use_per_keyword")]
        indexes = [models.Index(fields=["topic", "tag"], name="keywords_of_a_topic")]
