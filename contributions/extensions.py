"""Contributions in the pages of other apps: organiser menu, tasks, journal sentences, a person's own page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from concertation.accounts.parts import MyPart, my_parts
from concertation.consultations.audiences import audiences_of
from concertation.consultations.journal import (
    Ground,
    NamedObject,
    decision_verbs,
    ground_sources,
    named,
    object_sources,
    sentence_sources,
)
from concertation.consultations.models import Consultation, Topic
from concertation.consultations.navigation import Group, NavEntry, organiser_entries
from concertation.consultations.todo import TodoItem, TodoRoom, todo_items, todo_rooms
from concertation.consultations.topics import thread_pages
from concertation.journal.models import JournalEntry, label
from concertation.permissions import may
from concertation.viewer import Viewer

from .models import Contribution, Decision, DecisionAct, Keyword, State
from .moderation.queue import pending_count
from .rules import may_read_topic
from .shells import contribution_asides

# Older ones are read in each topic.
MOST_OF_MINE = 30


def nav_entries(viewer: Viewer, consultation: Consultation) -> Iterator[NavEntry]:
    def entry(group: Group, position: int, section: str, name: str, label: str, icon: str) -> NavEntry:
        url = reverse(f"contributions:{name}", args=[consultation.slug])
        return NavEntry(group=group, position=position, section=section, label=label, url=url, icon=icon)

    if may(viewer, "contributions.read_queue", consultation):
        yield entry(Group.MODERATE, 10, "moderation", "queue", _("Modération"), "moderation")
    if may(viewer, "contributions.read_figures", consultation):
        yield entry(Group.ANALYSE, 30, "figures", "figures", _("Chiffres"), "figures")
    if may(viewer, "contributions.export", consultation):
        yield entry(Group.PUBLISH, 20, "exports", "exports", _("Exports"), "download")


def tasks(viewer: Viewer, consultation: Consultation) -> Iterator[TodoItem]:
    if not may(viewer, "contributions.read_queue", consultation):
        return
    pending = pending_count(consultation)
    if pending:
        url = reverse("contributions:queue", args=[consultation.slug])
        yield TodoItem(label=_("Contributions à modérer"), url=url, count=pending, urgent=True, icon="moderation")


def decisions() -> list[str]:
    """Return the verbs by which the team decides what is published, and where."""
    return [f"contribution.{act}" for act in ("hidden", "restored", "published", "moved", "kept")]


def sentences() -> list[tuple[str, str]]:
    return [
        ("contribution.posted", _("a publié une contribution")),
        ("contribution.entered", _("a versé une contribution")),
        ("contributions.entered", _("a versé des contributions (%(contributions)s)")),
        ("contributions.reacted", _("a versé %(reactions)s réactions")),
        ("contribution.edited", _("a modifié une contribution")),
        ("contribution.withdrawn", _("a retiré une contribution")),
        ("contribution.reacted", _("a réagi à une contribution")),
        ("contribution.tagged", _("a ajouté des mots-clés à une contribution")),
        ("contribution.untagged", _("a ôté des mots-clés à une contribution")),
        ("contribution.reported", _("a signalé une contribution")),
        ("contribution.hidden", _("a masqué une contribution")),
        ("contributions.import_failed", _("n’a pas terminé un import : rien n’en reste")),
        (
            "contributions.exported_with_names",
            _("a exporté le corpus avec les noms (%(format)s), finalité : « %(purpose)s »"),
        ),
        ("contributions.import_undone", _("a annulé un import (contributions retirées : %(contributions)s)")),
        ("contribution.restored", _("a rétabli une contribution")),
        ("contribution.published", _("a laissé paraître une contribution")),
        ("contribution.moved", _("a déplacé un fil de « %(moved_from)s » vers « %(moved_to)s »")),
        ("contribution.kept", _("a conservé une contribution signalée")),
        ("keyword.created", _("a ajouté un mot-clé")),
    ]


def objects(viewer: Viewer, consultation: Consultation, labels: Sequence[str]) -> Iterator[NamedObject]:
    for one in named(Contribution, labels).filter(consultation=consultation).exclude(number=None):
        url = reverse("contributions:detail", args=[consultation.slug, one.number])
        title = "" if one.state == State.WITHDRAWN else one.title
        yield NamedObject(label(one), f"{one.ref} {title}".strip(), url)
    for keyword in named(Keyword, labels).filter(consultation=consultation):
        yield NamedObject(label(keyword), keyword.name)


def grounds(viewer: Viewer, consultation: Consultation, entries: Sequence[JournalEntry]) -> Iterator[Ground]:
    """Return the reason and the message of each decision of moderation; none for a withdrawn text."""
    decided = {entry.pk: entry.details["decision"] for entry in entries if "decision" in entry.details}
    standing = Decision.objects.exclude(contribution__state=State.WITHDRAWN).select_related("reason")
    decisions = standing.in_bulk(set(decided.values()))
    for entry, pk in decided.items():
        if pk in decisions:
            reason = decisions[pk].reason
            yield Ground(entry, reason.label if reason else "", decisions[pk].message)


@dataclass(frozen=True)
class Mine:
    """One row; no topic is named for a thread moved where its author may not read."""

    contribution: Contribution
    reads_on: bool
    aside: SafeString
    decision: Decision | None


def my_contributions(viewer: Viewer) -> list[MyPart]:
    """Return the latest contributions of this person, in all consultations that they may see."""
    seen = Consultation.objects.visible_to(viewer)
    rows = Contribution.objects.filter(author__user=viewer.person, consultation__in=seen).exclude(state=State.DRAFT)
    rows = rows.select_related("current", "consultation", "topic__phase__consultation")
    latest = list(rows.order_by("-created_at", "-pk")[:MOST_OF_MINE])
    if not latest:
        return []
    asides = _asides(viewer, latest)
    decisions = _decisions(latest)
    mine = [
        Mine(one, may_read_topic(viewer, one.topic), asides.get(one.pk, SafeString()), decisions.get(one.pk))
        for one in latest
    ]
    context = {"mine": mine, "count": rows.count()}
    return [MyPart(_("Mes contributions"), SafeString(render_to_string("contributions/mine.html", context)), 10)]


def _asides(viewer: Viewer, contributions: Sequence[Contribution]) -> dict[int, SafeString]:
    """Return what other apps show beside each contribution, for this person's audience in its consultation."""
    here = {one.consultation_id: one.consultation for one in contributions}
    found: dict[int, SafeString] = {}
    for pk, audience in audiences_of(viewer, list(here.values())).items():
        rows = [one for one in contributions if one.consultation_id == pk]
        found |= contribution_asides.html_for(audience, viewer.now, rows)
    return found


def _decisions(contributions: Sequence[Contribution]) -> dict[int, Decision]:
    """Return the last decision on each hidden text."""
    hidden = [one for one in contributions if one.state == State.HIDDEN]
    rows = Decision.objects.filter(contribution__in=hidden, act=DecisionAct.HIDE).select_related("reason")
    return {decision.contribution_id: decision for decision in rows.order_by("at", "pk")}


def topic_address(consultation: Consultation, topic: Topic) -> str:
    return reverse("contributions:topic", args=[consultation.slug, topic.pk])


def register() -> None:
    thread_pages.add(topic_address)
    organiser_entries.offer(nav_entries)
    todo_rooms.add(TodoRoom(room="moderation", obj="queue"))
    todo_items.offer(tasks)
    sentence_sources.offer(sentences)
    object_sources.offer(objects)
    ground_sources.offer(grounds)
    decision_verbs.offer(decisions)
    my_parts.offer(my_contributions)
