"""Contributions marked as trials: which of them may go, and their deletion with reactions, reports and decisions."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import PROTECT, RESTRICT
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concertation.consultations.models import Consultation, Topic
from concertation.consultations.trials import TrialKind, Words, trial_kinds
from concertation.live.actions import Announcement, removed
from concertation.search.actions import forget
from concertation.viewer import Viewer

from . import search, tree
from .actions.editing import lock
from .corpus_files import stale_files
from .models import Contribution, ContributionQuerySet, Decision, State


def register() -> None:
    trial_kinds.add(
        TrialKind(
            key="contribution",
            title=gettext_lazy("Contributions"),
            permission="contributions.mark_trial",
            find=find,
            words=words_of,
            lock=lock,
            changed=tree.row_changed,
            rows=rows,
            refusals=refusals,
            delete=delete,
        )
    )


def find(viewer: Viewer, consultation: Consultation, number: int) -> Contribution | None:
    if number >= 2**31:
        return None
    seen = Contribution.objects.visible_to(viewer, consultation).filter(number=number)
    return seen.select_related("author", "current", "topic__phase__consultation", "consultation").first()


def words_of(row: Contribution) -> Words:
    text = row.current.plain if row.current and row.is_shown else ""
    url = reverse("contributions:detail", args=[row.consultation.slug, row.number])
    return Words(name=row.ref, text=row.title or text, url=url)


def rows(consultation: Consultation) -> ContributionQuerySet:
    marked = Contribution.objects.filter(consultation=consultation, is_trial=True).exclude(state=State.DRAFT)
    return marked.select_related("current", "consultation", "author", "topic__phase").order_by("number")


def refusals(consultation: Consultation) -> Mapping[int, str]:
    """Return why marked texts stay: a reply or a merged text that stays, or what another app keeps of them."""
    marked = {row.pk: row for row in rows(consultation)}
    below: dict[int, list[Contribution]] = defaultdict(list)
    for relation in ("parent", "merged_into"):
        for one in Contribution.objects.filter(**{f"{relation}__in": marked}).order_by("number"):
            below[getattr(one, f"{relation}_id")].append(one)
    found = {pk: _("Ce texte est cité, qualifié, ou vient d’une note qui reste.") for pk in _kept_elsewhere(marked)}
    # What answers a text that stays may go; what is answered by one stays, and so on upwards.
    while new := {
        pk: _("Reste, avec ce qui y répond\u00a0: %(refs)s") % {"refs": ", ".join(refs)}
        for pk in marked.keys() - found.keys()
        if (refs := [one.ref for one in below[pk] if one.pk not in marked or one.pk in found])
    }:
        found |= new
    return found


def _kept_elsewhere(keys: Collection[int]) -> set[int]:
    """Return the texts that rows of higher apps protect, unless these rows are trials themselves."""
    kept: set[int] = set()
    for relation in Contribution._meta.related_objects:
        model, name = relation.related_model, relation.field.name
        is_own = model._meta.app_label == Contribution._meta.app_label
        if is_own or relation.on_delete not in (PROTECT, RESTRICT):
            continue
        holding = model._default_manager.filter(**{f"{name}__in": keys})
        if any(field.name == "is_trial" for field in model._meta.get_fields()):
            holding = holding.filter(is_trial=False)
        kept.update(holding.values_list(name, flat=True))
    return kept


def delete(consultation: Consultation, keys: Collection[int], now: datetime) -> Sequence[Announcement]:
    some = Contribution.objects.filter(pk__in=keys)
    tree.lock_rows(some)
    gone = list(some.select_related("author", "topic__phase__consultation", "root").order_by("path"))
    roots = {row.root_id for row in gone if row.root_id is not None} - set(keys)
    removals = [one for row in gone for one in _removed(row, now)]
    elsewhere = tree.shown_elsewhere(gone, now)
    Decision.objects.filter(contribution__in=some).delete()
    some.update(parent=None, root=None, root_topic=None, current=None, merged_into=None)
    Contribution.objects.filter(pk__in=keys).delete()
    forget(search.NAME, keys)
    tree.recount(roots)
    counts = tree.recount_topics(consultation, list(Topic.objects.filter(pk__in={row.topic_id for row in gone})))
    remaining = Contribution.objects.filter(pk__in=roots).select_related("author", "topic__phase__consultation")
    left = [one for row in remaining for one in tree.row_changed(row)]
    queue = [tree.queue_changed(row) for row in gone[:1]]
    return [*removals, *left, *counts, *elsewhere, *queue, *stale_files(consultation.pk)]


def _removed(row: Contribution, now: datetime) -> list[Announcement]:
    told = [removed(row, rooms=tree.rooms_of_row(row, now))]
    if row.published_at is None and row.author.user_id is not None:
        told.append(removed(row, rooms=[tree.person_room(row.topic, row.author.user_id)]))
    return told
