"""Several rows added at once, one a line: topics and the lists of a consultation."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from concertation.consultations import actions
from concertation.consultations.lines import DASH, Column, columns_of, parsed
from concertation.consultations.models import ActorKind, Nature, Partner, Reason, Stake, Topic
from concertation.consultations.outline import TOPIC, TOPIC_BETWEEN
from concertation.journal.models import JournalEntry
from tests.reading import form_with

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("Dunes – Que protéger ?", ("Dunes", "Que protéger ?")),
        ("Porte-à-porte - Pour qui ?", ("Porte-à-porte", "Pour qui ?")),
        ("Ports\tQuels quais ; quels docks ?", ("Ports", "Quels quais ; quels docks ?")),
        ("  Ponts ;  Lesquels – et quand ? ", ("Ponts", "Lesquels – et quand ?")),
        ("Seul", ("Seul",)),
    ],
)
def test_a_line_is_cut_once_at_a_dash_a_semicolon_or_a_tab(typed, values):
    [line] = parsed(typed, TOPIC, DASH)

    assert tuple(line.values.values()) == values


def test_a_line_of_a_thousand_blanks_is_cut_at_once_and_too_many_lines_are_refused():
    [line] = parsed("a" + " " * 300_000 + "; b", [Column("label", 20_000), Column("family", 80)], DASH)
    with pytest.raises(ValidationError) as refusal:
        parsed("x\n" * 201, [Column("label", 80)])

    assert line.values == {"label": "a", "family": "b"}
    assert refusal.value.messages == ["200 lignes au plus à la fois\u00a0: envoyez cette liste en plusieurs fois."]


def test_topics_come_after_those_of_the_phase_in_their_order(as_organiser, space, open_phase, topic):
    page = f"{space}phases/{open_phase.pk}/thematiques/ajouter/plusieurs/"
    sent = {**form_with(as_organiser.get(page), "lines"), "lines": "Acheter – Que faut-il acheter ?\n\nLouer"}

    answers = [as_organiser.post(page, sent) for _click in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert [(one.title, one.question) for one in open_phase.topics.all()][1:] == [
        ("Acheter", "Que faut-il acheter ?"), ("Louer", ""),
    ]  # fmt: skip
    assert JournalEntry.objects.filter(verb="topic.created").count() == 3


def test_one_wrong_line_adds_none_and_all_lines_stay_in_the_page(as_organiser, space, consultation, organiser):
    actions.create_item(Stake, consultation, label="Sobriété", by=organiser)
    typed = "Climat\nSobriété\n; rien\nEmploi"

    refused = as_organiser.post(f"{space}listes/enjeux/ajouter/plusieurs/", {"lines": typed})
    again = as_organiser.post(f"{space}listes/enjeux/ajouter/plusieurs/", {"lines": typed.replace("; rien\n", "")})

    assert (refused.status_code, again.status_code) == (422, 422)
    assert [error[:21] for error in refused.context["form"].errors["lines"]] == ["Ligne 3, «\u00a0; rien\u202f»\u00a0:"]
    assert again.context["form"].errors["lines"] == [
        "Ligne 2, «\u00a0Sobriété\u202f»\u00a0: «\u00a0Sobriété\u202f» est déjà dans cette liste."
    ]
    assert form_with(refused, "lines")["lines"] == [typed]
    assert [stake.label for stake in consultation.stakes.all()] == ["Sobriété"]


@pytest.mark.parametrize(
    ("liste", "typed", "model", "shown"),
    [
        ("natures", "idée ; idées\nenvie", Nature, [("idée", "idées"), ("envie", "envie")]),
        ("motifs", "Spam ; Envoi automatique.", Reason, [("Spam", "Envoi automatique.")]),
        ("partenaires", "Cerema ; Appui\nCap Digital", Partner, [("Cerema", "Appui"), ("Cap Digital", "")]),
    ],
)
def test_each_list_takes_several_lines_of_its_columns(as_organiser, space, liste, typed, model, shown):
    before = model.objects.count()

    assert as_organiser.post(f"{space}listes/{liste}/ajouter/plusieurs/", {"lines": typed}).status_code == 302

    names = {"natures": ("singular", "plural"), "motifs": ("label", "explanation"), "partenaires": ("name", "role")}
    assert list(model.objects.order_by("pk").values_list(*names[liste])[before:]) == shown


def test_the_families_of_several_kinds_are_found_or_created(consultation, organiser):
    known = consultation.actor_families.first()
    typed = f"Journaliste ; Presse\nBlogueur ; presse\nRiveraine ; {known.label.upper()}\nTouriste"
    lines = parsed(typed, columns_of(ActorKind, "label", "family"))

    actions.create_items(ActorKind, consultation, lines=lines, by=organiser)

    added = consultation.actor_kinds.order_by("-position")[:4]
    assert [(kind.label, str(kind.family or "")) for kind in added] == [
        ("Touriste", ""), ("Riveraine", known.label), ("Blogueur", "Presse"), ("Journaliste", "Presse"),
    ]  # fmt: skip
    assert consultation.actor_families.filter(label__iexact="presse").count() == 1


def test_a_list_that_is_not_typed_by_lines_has_no_such_page(as_organiser, space):
    assert as_organiser.get(f"{space}listes/documents/ajouter/plusieurs/").status_code == 404


def test_only_organisers_add_several(consultation, open_phase, facilitator, moderator):
    lines = parsed("Climat", TOPIC, TOPIC_BETWEEN)
    for person in (facilitator, moderator):
        with pytest.raises(PermissionDenied):
            actions.create_topics(open_phase, lines=lines, by=person)
        with pytest.raises(PermissionDenied):
            actions.create_items(Stake, consultation, lines=lines, by=person)

    assert (Topic.objects.count(), Stake.objects.count()) == (0, 0)
