"""What is missing before a consultation opens to the public: each app offers its checks to the organiser's pages.

A check is a line to mend: what is missing, why it matters, and the page where it is mended. None of them forbids
opening.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from concertation.notices.models import Message
from concertation.permissions import may
from concertation.slots import Slot
from concertation.texts.templatetags.french import day, quoted
from concertation.viewer import Viewer

from .models import Consultation, Membership, Phase, Role
from .todo import TodoItem, trials_to_delete

# Mails that failed longer ago say nothing of what the server does today.
RECENT = timedelta(days=7)

# For an organiser of a consultation, while it is not public.
checks: Slot[[Viewer, Consultation], TodoItem] = Slot()


def checks_of(viewer: Viewer, consultation: Consultation) -> list[TodoItem]:
    """Return what is missing, for organisers; nothing once the consultation is public."""
    if consultation.is_public(viewer.now) or not may(viewer, "consultations.organise", consultation):
        return []
    return checks.gather(viewer, consultation)


def own_checks(viewer: Viewer, consultation: Consultation) -> Iterator[TodoItem]:
    phases = list(consultation.phases.prefetch_related("topics", "natures").in_order())
    yield from _of_programme(viewer, consultation, phases)
    yield from _of_topics(consultation, phases)
    yield from _of_lists(consultation, phases)
    yield from _of_people(viewer, consultation)
    yield from _of_mails(viewer, consultation)
    yield from trials_to_delete(consultation)


def _of_programme(viewer: Viewer, consultation: Consultation, phases: Sequence[Phase]) -> Iterator[TodoItem]:
    slug, zone = consultation.slug, consultation.zone
    if not phases:
        yield TodoItem(
            label=_("Aucune phase"),
            text=_("Sans phase, il n’y a rien à lire ni à écrire."),
            url=reverse("consultations:phase_new", args=[slug]),
            icon="phase",
        )
    opens_at = max(consultation.opens_publicly_at or viewer.now, viewer.now)
    for phase in phases:
        if phase.closes_at <= opens_at and phase.access != Phase.Access.COMMITTEES:
            yield TodoItem(
                label=_("Phase terminée avant l’ouverture : %(title)s") % {"title": phase.title},
                text=_("Elle se termine le %(day)s : personne ne pourra y écrire.")
                % {"day": day(phase.closes_at, zone)},
                url=reverse("consultations:phase_edit", args=[slug, phase.pk]),
                icon="calendar",
            )
    for before, after in pairwise(phases):
        if after.opens_at < before.opens_at:
            titles = {"after": quoted(after.title), "before": quoted(before.title)}
            yield TodoItem(
                label=_("Phases dans le désordre"),
                text=_("%(after)s est placée après %(before)s, et s’ouvre avant elle.") % titles,
                url=reverse("consultations:phase_edit", args=[slug, after.pk]),
                icon="calendar",
            )


def _of_topics(consultation: Consultation, phases: Sequence[Phase]) -> Iterator[TodoItem]:
    slug = consultation.slug
    for phase in phases:
        if not phase.topics.all():
            yield TodoItem(
                label=_("Phase sans thématique : %(title)s") % {"title": phase.title},
                text=_("On écrit dans une thématique : sans elle, la phase reste vide."),
                url=reverse("consultations:topics_several", args=[slug, phase.pk]),
                icon="topic",
            )
        for topic in phase.topics.all():
            if not topic.question.strip():
                yield TodoItem(
                    label=_("Thématique sans question : %(title)s") % {"title": topic.title},
                    text=_("La question dit à quoi l’on répond. Elle se lit au-dessus des contributions."),
                    url=reverse("consultations:topic_edit", args=[slug, topic.pk]),
                    icon="topic",
                )


def _of_lists(consultation: Consultation, phases: Sequence[Phase]) -> Iterator[TodoItem]:
    slug = consultation.slug
    if consultation.charter is None or not consultation.charter.body.strip():
        yield TodoItem(
            label=_("Charte à publier"),
            text=_("On l’accepte en rejoignant la concertation, et la modération s’appuie sur elle."),
            url=reverse("consultations:charter", args=[slug]),
            icon="document",
        )
    lists = [
        (
            "natures",
            consultation.natures,
            _("Aucune nature"),
            _("On choisit après « Il s’agit de… » ce qu’est son texte."),
        ),
        ("acteurs", consultation.actor_kinds, _("Aucun type d’acteur"), _("On le choisit après « Vous êtes ».")),
    ]
    for name, rows, label, why in lists:
        if not rows.exists():
            url = reverse("consultations:list", args=[slug, name])
            yield TodoItem(label=label, text=why, url=url, icon="tag")
    for phase in phases:
        if phase.allows_contributions and not phase.natures.all():
            yield TodoItem(
                label=_("Phase sans nature : %(title)s") % {"title": phase.title},
                text=_("Ses contributions ne diront pas s’il s’agit d’un besoin, d’un outil, d’une solution."),
                url=reverse("consultations:phase_edit", args=[slug, phase.pk]),
                icon="tag",
            )


def _of_people(viewer: Viewer, consultation: Consultation) -> Iterator[TodoItem]:
    slug = consultation.slug
    moderators = Membership.objects.filter(consultation=consultation, role=Role.MODERATOR).held_at(viewer.now)
    if not moderators.filter(user__is_active=True).exists():
        asked = consultation.invitations.waiting_at(viewer.now).filter(role=Role.MODERATOR).exists()
        yield TodoItem(
            label=_("Personne ne modère"),
            text=_("Une invitation à modérer attend sa réponse.")
            if asked
            else _("Les signalements et les textes en attente n’auraient personne pour les lire."),
            url=reverse("consultations:invitations" if asked else "consultations:roles", args=[slug]),
            icon="team",
        )
    if not consultation.invitations.exists():
        yield TodoItem(
            label=_("Personne n’est invité"),
            text=_("On vient rarement de soi-même : invitez par une liste d’adresses."),
            url=reverse("consultations:invitations", args=[slug]),
            icon="mail",
        )


def _of_mails(viewer: Viewer, consultation: Consultation) -> Iterator[TodoItem]:
    troubled = Q(failed__gt=viewer.now - RECENT) | Q(sent=None, failed=None, attempts__gt=0) & ~Q(error="")
    count = Message.objects.filter(troubled).count()
    if count:
        yield TodoItem(
            label=_("Courriels refusés"),
            count=count,
            text=_("Ces sept derniers jours, sur tout le site : codes et invitations n’arrivent peut-être pas."),
            url=reverse("consultations:invitations", args=[consultation.slug]),
            urgent=True,
            icon="mail",
        )
