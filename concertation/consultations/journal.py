"""The journal in French: a sentence for each verb, and the names of the objects of its entries.

Each app offers its own sentences, the objects it knows, in one query for each model, and the grounds of its acts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _

from concertation.accounts.models import LegalText, Organisation, User
from concertation.journal.models import JournalEntry, JournalQuerySet, label
from concertation.permissions import may
from concertation.slots import Slot
from concertation.viewer import Viewer

from .actions.roles import role_name
from .models import (
    ActorFamily,
    ActorKind,
    Consultation,
    Document,
    Invitation,
    Membership,
    Nature,
    News,
    Participation,
    Partner,
    Phase,
    Reason,
    Stake,
    Suspension,
    Territory,
    Topic,
)
from .topics import topic_url


@dataclass(frozen=True)
class NamedObject:
    """The object of an entry, with its name and its page."""

    label: str
    name: str
    url: str = ""


@dataclass(frozen=True)
class Ground:
    """The reason and the message of an act, as the person concerned read them."""

    entry: int
    reason: str
    message: str


@dataclass(frozen=True)
class Line:
    """One entry with its sentence and its names."""

    entry: JournalEntry
    actor: str
    sentence: str
    about: NamedObject | None
    ground: Ground | None


# Pairs (verb, sentence); the sentence completes the name of who acted and may use the details of the entry:
# « a publié la version %(version)s de la charte ».
sentence_sources: Slot[[], tuple[str, str]] = Slot()
# For the labels of some entries, the objects of an app; for some entries, the reason and message that they carry.
object_sources: Slot[[Viewer, Consultation, Sequence[str]], NamedObject] = Slot()
ground_sources: Slot[[Viewer, Consultation, Sequence[JournalEntry]], Ground] = Slot()
# Verbs that decide about a text or a person: they have a page of their own, apart from the activity.
decision_verbs: Slot[[], str] = Slot()


def sentences() -> list[tuple[str, str]]:
    items = {
        "actorfamily": _("une famille d’acteurs"),
        "actorkind": _("un type d’acteur"),
        "document": _("un document"),
        "nature": _("une nature"),
        "news": _("une actualité"),
        "partner": _("un partenaire"),
        "reason": _("un motif de modération"),
        "stake": _("un enjeu"),
        "territory": _("un territoire"),
    }
    acts = {"created": _("a ajouté"), "edited": _("a modifié"), "deleted": _("a supprimé")}
    of_lists = [(f"{item}.{act}", f"{did} {what}") for item, what in items.items() for act, did in acts.items()]
    return [
        *of_lists,
        ("territory.imported", _("a importé des territoires (%(count)s)")),
        *((f"{item}.reordered", _("a changé l’ordre d’une liste")) for item in items),
        ("consultation.created", _("a créé la concertation")),
        ("consultation.edited", _("a modifié les réglages de la concertation")),
        ("consultation.deleted", _("a supprimé la concertation %(slug)s")),
        ("consultation.archived", _("a archivé la concertation")),
        ("consultation.reopened", _("a sorti la concertation des archives")),
        ("consultation.cloned", _("a créé la concertation en reprenant %(source)s")),
        ("charter.published", _("a publié la version %(version)s de la charte")),
        ("phase.created", _("a créé une phase")),
        ("phase.edited", _("a modifié une phase")),
        ("phase.deleted", _("a supprimé une phase")),
        ("phase.reordered", _("a changé l’ordre des phases")),
        ("topic.created", _("a créé une thématique")),
        ("topic.edited", _("a modifié une thématique")),
        ("topic.deleted", _("a supprimé une thématique")),
        ("topic.reordered", _("a changé l’ordre des thématiques")),
        *_of_opening(),
        *_of_people(),
    ]


def _of_opening() -> list[tuple[str, str]]:
    return [
        ("consultation.opened", _("a ouvert la concertation au public")),
        ("opening.set", _("a fixé la date d’ouverture de la concertation au public")),
        ("opening.cancelled", _("a annulé l’ouverture de la concertation au public")),
        ("trial.marked", _("a marqué un essai")),
        ("trial.unmarked", _("a ôté la marque d’un essai")),
        ("trials.deleted", _("a supprimé les essais (%(count)s)")),
    ]


def _of_people() -> list[tuple[str, str]]:
    return [
        ("role.granted", _("a donné un rôle")),
        ("role.taken", _("a pris un rôle")),
        ("role.ended", _("a mis fin à un rôle")),
        ("invitation.sent", _("a envoyé une invitation")),
        ("invitation.many_sent", _("a envoyé des invitations (%(count)s)")),
        ("invitation.resent", _("a renvoyé une invitation")),
        ("invitation.revoked", _("a annulé une invitation")),
        ("invitation.accepted", _("a accepté une invitation")),
        ("participation.joined", _("a rejoint la concertation")),
        ("participation.edited", _("a modifié sa participation")),
        ("participation.confirmed", _("a confirmé qu’une personne parle au nom de son organisation")),
        ("participation.refused", _("a retiré à une personne la mention de son organisation")),
        ("organisation.merged", _("a réuni une organisation à une autre")),
        ("organisation.separated", _("a séparé deux organisations réunies")),
        ("participation.suspended", _("a suspendu une participation")),
        ("participation.resumed", _("a levé la suspension d’une participation")),
    ]


def own_decisions() -> list[str]:
    return ["participation.suspended", "participation.resumed"]


def objects(viewer: Viewer, consultation: Consultation, labels: Sequence[str]) -> Iterator[NamedObject]:
    """Return names of rows of the frame, the programme and the roles, with pages the journal's readers may open."""
    slug = consultation.slug
    for phase in named(Phase, labels).filter(consultation=consultation):
        yield NamedObject(label(phase), phase.title, reverse("consultations:phase", args=[slug, phase.pk]))
    for topic in named(Topic, labels).filter(phase__consultation=consultation):
        yield NamedObject(label(topic), topic.title, topic_url(consultation, topic))
    for membership in named(Membership, labels).filter(consultation=consultation).select_related("user"):
        name = f"{role_name(consultation, membership.role)}, {membership.user}"
        yield NamedObject(label(membership), name)
    manages = may(viewer, "consultations.manage", consultation)
    invitations = reverse("consultations:invitations", args=[slug]) if manages else ""
    for invitation in named(Invitation, labels).filter(consultation=consultation):
        role = role_name(consultation, invitation.role)
        name = f"{role}, {invitation.email}" if manages else role
        yield NamedObject(label(invitation), name, invitations)
    for participation in named(Participation, labels).filter(consultation=consultation).select_related("user"):
        yield NamedObject(label(participation), participation.name)
    for organisation in named(Organisation, labels):
        yield NamedObject(label(organisation), organisation.name)
    for text in named(LegalText, labels):
        yield NamedObject(label(text), str(text), reverse("consultations:presentation", args=[slug]) + "#charte")
    for model in (ActorFamily, ActorKind, Document, Nature, News, Partner, Reason, Stake, Territory):
        for item in named(model, labels):
            yield NamedObject(label(item), str(item))


def grounds(viewer: Viewer, consultation: Consultation, entries: Sequence[JournalEntry]) -> Iterator[Ground]:
    """Return the reasons of suspensions; the message only for those who decide about participations."""
    shows_message = may(viewer, "consultations.read_participations", consultation)
    made = {entry.pk: entry.details["suspension"] for entry in entries if "suspension" in entry.details}
    suspensions = Suspension.objects.select_related("reason").in_bulk(set(made.values()))
    for entry, pk in made.items():
        if pk in suspensions:
            yield Ground(entry, suspensions[pk].reason.label, suspensions[pk].message if shows_message else "")


def part_of_journal(consultation: Consultation, *, decisions: bool) -> JournalQuerySet:
    """Return the decisions of moderation of a consultation, or all its other entries."""
    verbs = list(decision_verbs.gather())
    entries = JournalEntry.objects.of_consultation(consultation.pk)
    return entries.filter(verb__in=verbs) if decisions else entries.exclude(verb__in=verbs)


def read(viewer: Viewer, consultation: Consultation, entries: Iterable[JournalEntry]) -> list[Line]:
    """Return the lines of one page: one query for the people, and one for each model of object."""
    page = list(entries)
    labels = sorted({entry.object_label for entry in page})
    named = {one.label: one for one in object_sources.gather(viewer, consultation, labels)}
    people = User.objects.in_bulk({entry.actor_id for entry in page if entry.actor_id})
    grounds = {one.entry: one for one in ground_sources.gather(viewer, consultation, page)}
    told = all_sentences()
    return [
        Line(
            entry,
            _who(entry, people),
            _filled(told, entry),
            about=named.get(entry.object_label),
            ground=grounds.get(entry.pk),
        )
        for entry in page
    ]


def all_sentences() -> dict[str, str]:
    return dict(sentence_sources.gather())


def named(model: type[Model], labels: Iterable[str]) -> Any:
    prefix = f"{model._meta.label_lower}:"
    return model._default_manager.filter(pk__in=[one.removeprefix(prefix) for one in labels if one.startswith(prefix)])


def _who(entry: JournalEntry, people: Mapping[int, User]) -> str:
    if entry.actor_id is None:
        return _("Le site")
    person = people.get(entry.actor_id)
    return str(person) if person else _("Un compte supprimé")


def _filled(told: Mapping[str, str], entry: JournalEntry) -> str:
    sentence = told.get(entry.verb)
    if sentence is None:
        return _("a agi : %(verb)s") % {"verb": entry.verb}
    try:
        return sentence % entry.details if "%(" in sentence else sentence
    except (KeyError, TypeError, ValueError):
        return sentence


def register() -> None:
    sentence_sources.offer(sentences)
    object_sources.offer(objects)
    ground_sources.offer(grounds)
    decision_verbs.offer(own_decisions)
