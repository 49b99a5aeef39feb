"""Letters in the pages of other apps: organiser menu, journal, former texts, a person's own page."""

from collections.abc import Iterator, Sequence

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from concertation.accounts.parts import MyPart, my_parts
from concertation.consultations.edited_texts import EditedText, edited_texts
from concertation.consultations.journal import NamedObject, named, object_sources, sentence_sources
from concertation.consultations.models import Consultation
from concertation.consultations.navigation import Group, NavEntry, organiser_entries
from concertation.journal.models import label
from concertation.permissions import may
from concertation.viewer import Viewer

from .groups import addressee_groups, own_groups
from .mails import token_of
from .models import Delivery, Letter

MOST_OF_MINE = 10


def nav_entries(viewer: Viewer, consultation: Consultation) -> Iterator[NavEntry]:
    if may(viewer, "letters.read", consultation):
        yield NavEntry(
            group=Group.MODERATE,
            position=25,
            section="letters",
            label=_("Écrire aux participants"),
            url=reverse("letters:list", args=[consultation.slug]),
            icon="mail",
        )


def sentences() -> list[tuple[str, str]]:
    return [
        ("letter.created", _("a préparé une lettre")),
        ("letter.edited", _("a modifié une lettre")),
        ("letter.deleted", _("a supprimé le brouillon d’une lettre")),
        ("letter.scheduled", _("a mis une lettre au départ")),
        ("letter.stopped", _("a arrêté le départ d’une lettre")),
        ("letter.sent", _("a envoyé une lettre à des participants (%(count)s)\u00a0: %(groups)s")),
        ("letters.refused", _("ne veut plus recevoir les lettres de l’équipe")),
        ("letters.resumed", _("veut de nouveau recevoir les lettres de l’équipe")),
    ]


def objects(viewer: Viewer, consultation: Consultation, labels: Sequence[str]) -> Iterator[NamedObject]:
    reads = may(viewer, "letters.read", consultation)
    for letter in named(Letter, labels).filter(consultation=consultation):
        if not reads:
            yield NamedObject(label(letter), _("Une lettre"))
            continue
        yield NamedObject(label(letter), letter.subject, reverse("letters:letter", args=[consultation.slug, letter.pk]))


def my_letters(viewer: Viewer) -> list[MyPart]:
    """Return the latest letters to this person, each with where to refuse the next ones."""
    received = Delivery.objects.filter(participation__user=viewer.person)
    rows = received.select_related("letter__consultation", "participation__letters_refused").order_by("-pk")
    mine = [(one.letter, token_of(one.participation_id)) for one in rows[:MOST_OF_MINE]]
    if not mine:
        return []
    html = render_to_string("letters/mine.html", {"mine": mine})
    return [MyPart(_("Lettres reçues"), SafeString(html), 30)]


def register() -> None:
    addressee_groups.offer(own_groups)
    organiser_entries.offer(nav_entries)
    sentence_sources.offer(sentences)
    object_sources.offer(objects)
    my_parts.offer(my_letters)
    edited_texts.add(
        EditedText(
            kind="lettre",
            model=Letter,
            permission="letters.write",
            address=lambda row: reverse("letters:edit", args=[row.consultation.slug, row.pk]),
        )
    )
