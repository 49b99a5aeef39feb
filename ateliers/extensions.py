"""Ateliers in the pages of other apps: cards, origins of notes, menu entries, tasks, journal sentences."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from concertation.accounts.actions import user_renamed
from concertation.accounts.models import User
from concertation.accounts.parts import MyPart, my_parts
from concertation.accounts.reserved_names import TeamName, team_names
from concertation.consultations import cloning
from concertation.consultations.actions import suspensions
from concertation.consultations.actions.frame import item_edited
from concertation.consultations.checklist import checks
from concertation.consultations.journal import NamedObject, named, object_sources, sentence_sources
from concertation.consultations.models import Consultation, Participation, Phase, Territory, Topic
from concertation.consultations.navigation import Group, NavEntry, organiser_entries
from concertation.consultations.numbers import take_number
from concertation.consultations.sections import (
    Figure,
    FrontPage,
    FrontPagePart,
    MenuEntry,
    PhaseContent,
    figures,
    front_page_parts,
    menu_entries,
    on_home_page,
    phase_contents,
)
from concertation.consultations.todo import TodoItem, todo_items
from concertation.journal.models import label
from concertation.live.actions import Announcement
from concertation.live.audience import Audience
from concertation.notices.due import register_due_work
from concertation.permissions import may
from concertation.search.actions import index
from concertation.viewer import Viewer
from contributions import tree
from contributions.models import Contribution
from contributions.shells import contribution_asides
from contributions.topic_side import SideItem, side_items

from . import search
from .actions.locking import team_words_changed, words_changed
from .actions.seats import give_seats_of, seats_left
from .cards import AtelierCard, cards_of
from .models import Atelier, AtelierRole, Note, Registration, Table

SOON = timedelta(days=5)
# After a month, a note that was not made a contribution was left aside on purpose.
STILL_TO_POUR = timedelta(days=30)
MOST_CARDS = 3


def register() -> None:
    checks.offer(ateliers_to_mend)
    cloning.parts.add(copy_ateliers)
    contribution_asides.fill(origin_of)
    side_items.offer(next_beside)
    menu_entries.add(MenuEntry(section="ateliers", label=gettext_lazy("Ateliers"), address=list_address, position=30))
    front_page_parts.add(
        FrontPagePart(
            key="ateliers",
            title=gettext_lazy("Prochains ateliers"),
            anchor="ateliers",
            render=next_ateliers,
            position=20,
        )
    )
    phase_contents.add(
        PhaseContent(
            key="ateliers",
            title=gettext_lazy("Ateliers de cette phase"),
            anchor="ateliers",
            render=ateliers_of_phases,
            position=20,
        )
    )
    on_home_page.fill(next_ateliers_of_each)
    my_parts.offer(my_ateliers)
    organiser_entries.offer(nav_entries)
    todo_items.offer(tasks)
    figures.offer(count_ateliers)
    sentence_sources.offer(sentences)
    object_sources.offer(objects)
    tree.contributions_changed.offer(poured_changed)
    user_renamed.offer(person_renamed)
    team_names.offer(names_of_teams)
    item_edited.offer(territory_edited)
    suspensions.participation_resumed.add(participation_resumed)
    register_due_work("ateliers.seats", give_seats_after_suspensions)


def poured_changed(contributions: Sequence[Contribution], now: datetime) -> list[Announcement]:
    """Announce the pages of ateliers whose notes became these contributions."""
    poured = Note.objects.filter(contribution__in=contributions).values("table__atelier")
    return words_changed(Atelier.objects.filter(pk__in=poured).select_related("consultation"))


def person_renamed(user: User, now: datetime) -> list[Announcement]:
    """Announce the pages that name a person: who runs an atelier and, for its team, who is registered."""
    run = AtelierRole.objects.filter(user=user).values("atelier")
    told = words_changed(Atelier.objects.filter(pk__in=run).select_related("consultation"))
    attended = Registration.objects.active().filter(user=user).values_list("atelier", flat=True)
    return told + [team_words_changed(pk) for pk in attended]


def names_of_teams(now: datetime) -> list[TeamName]:
    """Return the names of those who run an atelier or take its notes."""
    people = User.objects.filter(pk__in=AtelierRole.objects.values("user"), is_active=True).exclude(display_name="")
    return [TeamName(pk, name, is_staff=False) for pk, name in people.values_list("pk", "display_name")]


def territory_edited(item: Any, changed: Sequence[str], now: datetime) -> list[Announcement]:
    """Announce the pages that name a territory."""
    return words_changed(item.ateliers.select_related("consultation")) if isinstance(item, Territory) else []


def participation_resumed(participation: Participation, now: datetime) -> None:
    """Give the free seats to a person who waited while suspended."""
    queued = Registration.objects.waiting().filter(user=participation.user_id)
    here = Atelier.objects.filter(consultation=participation.consultation_id)
    give_seats_of(here.filter(pk__in=queued.values("atelier")).announced().not_started(now), now=now)


def give_seats_after_suspensions(now: datetime) -> None:
    """Give free seats after suspensions that ended at their date; runs every minute."""
    queued = Registration.objects.waiting().values("atelier")
    for one in Atelier.objects.filter(pk__in=queued).announced().not_started(now).select_related("consultation"):
        if any(seats_left(one, mode) != 0 for mode in one.modes):
            give_seats_of([one], now=now)


def origin_of(audience: Audience, now: datetime, contributions: Sequence[Contribution]) -> Mapping[int, SafeString]:
    """Return, for contributions made of notes, a link to the atelier, for audiences that may see it."""
    notes = Note.objects.filter(contribution__in=contributions).select_related("table__atelier__consultation")
    found = {note.contribution_id: note.table.atelier for note in notes}
    return {
        pk: SafeString(render_to_string("ateliers/origin.html", {"atelier": atelier}))
        for pk, atelier in found.items()
        if pk is not None and atelier.audience(now) <= audience
    }


def next_ateliers(page: FrontPage) -> SafeString:
    """Render the next ateliers of a consultation, for its front page."""
    rows = list(Atelier.objects.open_to(page.audience, page.consultation).announced().to_come(page.now))
    return _rendered(_cards(rows[:MOST_CARDS], page.consultation, page.now), page.consultation, len(rows))


def next_ateliers_of_each(viewer: Viewer, consultations: Sequence[Consultation]) -> Mapping[int, SafeString]:
    """Render those of several consultations, in two queries, each list with the title of its consultation."""
    to_come: dict[int, list[Atelier]] = defaultdict(list)
    for one in Atelier.objects.visible_across(viewer, consultations).announced().to_come(viewer.now):
        to_come[one.consultation_id].append(one)
    by_pk = {one.pk: one for one in consultations}
    shown = [one for rows in to_come.values() for one in rows[:MOST_CARDS]]
    cards: dict[int, list[AtelierCard]] = defaultdict(list)
    for one in shown:
        one.consultation = by_pk[one.consultation_id]
    for card in cards_of(shown, viewer.now):
        cards[card.atelier.consultation_id].append(card)
    return {pk: _rendered(rows, by_pk[pk], len(to_come[pk]), with_title=True) for pk, rows in cards.items()}


def ateliers_of_phases(audience: Audience, now: datetime, phases: Sequence[Phase]) -> Mapping[int, SafeString]:
    """Render those of each phase, past ones included: their notes are in its topics."""
    found: dict[int, SafeString] = {}
    for phase in phases:
        rows = Atelier.objects.open_to(audience, phase.consultation).exclude(state=Atelier.State.DRAFT)
        cards = _cards(list(rows.filter(phases=phase)), phase.consultation, now)
        found[phase.pk] = _rendered(cards, phase.consultation, len(cards))
    return found


def _cards(ateliers: Sequence[Atelier], consultation: Consultation, now: datetime) -> list[AtelierCard]:
    for one in ateliers:
        one.consultation = consultation
    return cards_of(ateliers, now)


def _rendered(
    cards: Sequence[AtelierCard], consultation: Consultation, count: int, *, with_title: bool = False
) -> SafeString:
    """Render some of ``count`` ateliers; nothing where there are none."""
    context = {"cards": cards, "consultation": consultation, "with_title": with_title, "more": count > len(cards)}
    return SafeString(render_to_string("ateliers/next.html", context)) if cards else SafeString()


def next_beside(audience: Audience, now: datetime, topic: Topic) -> Iterator[SideItem]:
    """Return the next atelier of the topic's phase, or else of its consultation."""
    consultation = topic.phase.consultation
    rows = Atelier.objects.open_to(audience, consultation).announced().not_started(now)
    ours = Count("phases", filter=Q(phases=topic.phase))
    found = rows.annotate(ours=ours).order_by("-ours", "starts_at", "number").first()
    if found is not None:
        found.consultation = consultation
        context = {"atelier": found, "consultation": consultation}
        yield SideItem(SafeString(render_to_string("ateliers/beside_topic.html", context)), found.starts_at)


def list_address(consultation: Consultation) -> str:
    return reverse("ateliers:list", args=[consultation.slug])


def my_ateliers(viewer: Viewer) -> list[MyPart]:
    mine = Registration.objects.active().filter(user=viewer.person).select_related("atelier__consultation")
    rows = list(mine.order_by("-atelier__starts_at"))
    run = (
        AtelierRole.objects.filter(user=viewer.person)
        .select_related("atelier__consultation")
        .order_by("-atelier__starts_at")
    )
    team = list({role.atelier_id: role.atelier for role in run}.values())
    if not rows and not team:
        return []
    to_come = [one for one in reversed(rows) if not one.atelier.is_over(viewer.now)]
    over = [one for one in rows if one.atelier.is_over(viewer.now)]
    context = {"to_come": to_come, "over": over, "team": team, "now": viewer.now}
    return [MyPart(_("Mes ateliers"), SafeString(render_to_string("ateliers/mine.html", context)), 20)]


def nav_entries(viewer: Viewer, consultation: Consultation) -> Iterator[NavEntry]:
    if may(viewer, "ateliers.enter_organiser_space", consultation):
        url = reverse("ateliers:manage", args=[consultation.slug])
        yield NavEntry(
            group=Group.WORKSHOPS,
            position=10,
            section="ateliers",
            label=_("Gérer les ateliers"),
            url=url,
            icon="calendar",
        )


def tasks(viewer: Viewer, consultation: Consultation) -> Iterator[TodoItem]:
    """Return the team's items: drafts near their date, people on waiting lists, notes to make contributions."""
    if consultation.archived or not may(viewer, "ateliers.enter_organiser_space", consultation):
        return
    slug = consultation.slug
    drafts = consultation.ateliers.filter(state=Atelier.State.DRAFT, ends_at__gt=viewer.now)
    for draft in drafts if may(viewer, "ateliers.organise", consultation) else []:
        yield TodoItem(
            label=_("Atelier à annoncer : %(title)s") % {"title": draft.title},
            url=reverse("ateliers:edit", args=[slug, draft.number]),
            due=draft.starts_at,
            urgent=draft.starts_at - viewer.now <= SOON,
            icon="calendar",
        )
    waiting = Count("registrations", filter=Q(registrations__state=Registration.State.WAITING))
    queues: Any = consultation.ateliers.announced().to_come(viewer.now).annotate(waiting=waiting)
    for full in queues.filter(waiting__gt=0):
        yield TodoItem(
            label=_("Liste d’attente : %(title)s") % {"title": full.title},
            count=full.waiting,
            url=reverse("ateliers:registrations", args=[slug, full.number]),
            due=full.starts_at,
            icon="seat",
        )
    aside = Count("tables__notes", filter=Q(tables__notes__contribution=None))
    kept_aside: Any = consultation.ateliers.announced().over(viewer.now).annotate(aside=aside)
    for over in kept_aside.filter(aside__gt=0, ends_at__gt=viewer.now - STILL_TO_POUR):
        yield TodoItem(
            label=_("Notes à verser au débat : %(title)s") % {"title": over.title},
            count=over.aside,
            url=reverse("ateliers:pour", args=[slug, over.number]),
            icon="note",
        )


def ateliers_to_mend(viewer: Viewer, consultation: Consultation) -> Iterator[TodoItem]:
    """Return, before the opening, the ateliers whose date is past and those that are not announced."""
    for one in consultation.ateliers.exclude(state=Atelier.State.CANCELLED).order_by("starts_at", "number"):
        url = reverse("ateliers:edit", args=[consultation.slug, one.number])
        if one.access != Atelier.Access.COMMITTEES and one.is_over(viewer.now):
            yield TodoItem(
                label=_("Atelier passé\u00a0: %(title)s") % {"title": one.title},
                text=_("Il se tient avant l’ouverture\u00a0: personne ne pourra s’y inscrire."),
                url=url,
                icon="calendar",
            )
        elif one.is_draft:
            yield TodoItem(
                label=_("Atelier non annoncé\u00a0: %(title)s") % {"title": one.title},
                text=_("Ce brouillon n’est vu que des équipes."),
                url=url,
                icon="calendar",
            )


def copy_ateliers(clone: cloning.Clone) -> None:
    """Copy the ateliers as drafts, with their programme of the day; nobody is registered, and no link leads there."""
    held = clone.source.ateliers.exclude(state=Atelier.State.CANCELLED).order_by("number")
    for one in held.prefetch_related("agenda__documents", "phases", "territories", "hosts"):
        made = clone.add(one, number=take_number(clone.target, "atelier"), join_link="")
        index(search.NAME, [made])
        clone.add_all(one.agenda.all())


def count_ateliers(audience: Audience, consultation: Consultation, now: datetime) -> list[Figure]:
    seen = Atelier.objects.open_to(audience, consultation).announced().count()
    if not seen:
        return []
    words = ngettext("atelier", "ateliers", seen)
    return [Figure(seen, words, list_address(consultation))]


def sentences() -> list[tuple[str, str]]:
    return [
        ("atelier.created", _("a préparé un atelier")),
        ("atelier.edited", _("a modifié un atelier")),
        ("atelier.published", _("a annoncé un atelier")),
        ("atelier.cancelled", _("a annulé un atelier")),
        ("atelier.agenda_set", _("a changé le déroulé d’un atelier")),
        ("atelier.team_set", _("a changé l’équipe d’un atelier")),
        ("atelier.notes_poured", _("a versé au débat des notes d’atelier")),
        ("registration.made", _("s’est inscrit à l’atelier A-%(atelier)s")),
        ("registration.cancelled", _("a annulé une inscription à l’atelier A-%(atelier)s")),
        ("registration.confirmed", _("a donné une place libérée de l’atelier A-%(atelier)s")),
        ("table.added", _("a ajouté une table")),
        ("table.edited", _("a renommé une table")),
        ("note.written", _("a écrit une note d’atelier")),
        ("note.edited", _("a corrigé une note d’atelier")),
        ("note.removed", _("a supprimé une note d’atelier")),
    ]


def objects(viewer: Viewer, consultation: Consultation, labels: Sequence[str]) -> Iterator[NamedObject]:
    slug = consultation.slug
    for atelier in named(Atelier, labels).filter(consultation=consultation):
        address = reverse("ateliers:detail", args=[slug, atelier.number])
        yield NamedObject(label(atelier), f"{atelier.ref}, {atelier.title}", address)
    for table in named(Table, labels).filter(atelier__consultation=consultation).select_related("atelier"):
        yield NamedObject(label(table), f"{table.atelier.ref}, {table.title}")
    for note in named(Note, labels).filter(table__atelier__consultation=consultation).select_related("table__atelier"):
        address = reverse("ateliers:notes", args=[slug, note.table.atelier.number])
        yield NamedObject(label(note), f"{note.table.atelier.ref}, {note.table.title}", address)
