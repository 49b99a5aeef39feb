"""Phases and topics in the organiser space: what each form does with good and bad input."""

from datetime import timedelta

import pytest

from concertation.consultations import actions
from concertation.consultations.models import (
    Phase,
    Topic,
)
from concertation.journal.models import JournalEntry
from tests.reading import words

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def phase_answers(**changes):
    answers = {
        "title": "Nouvelle phase", "goal": "", "opens_at_jour": "2026-10-12", "opens_at_heure": "",
        "closes_at_jour": "2026-12-18", "closes_at_heure": "", "access": "public", "moderation": "after",
        "allows_contributions": "on", "allows_replies": "on",
    }  # fmt: skip
    return {**answers, **changes}


def test_a_day_without_an_hour_opens_at_its_beginning_and_closes_at_its_end(as_organiser, space):
    as_organiser.post(f"{space}phases/ajouter/", phase_answers())

    phase = Phase.objects.get()
    assert phase.opens_at.isoformat() == "2026-10-11T22:00:00+00:00"
    assert phase.closes_at.isoformat() == "2026-12-18T22:59:59+00:00"
    assert not phase.allows_reactions


def test_the_hours_are_those_of_the_consultations_zone(as_organiser, space, consultation, organiser):
    actions.edit_consultation(consultation, zone="Indian/Reunion", by=organiser)

    as_organiser.post(f"{space}phases/ajouter/", phase_answers(opens_at_heure="09:30"))

    assert Phase.objects.get().opens_at.isoformat() == "2026-10-12T05:30:00+00:00"


def test_the_form_shows_a_phase_as_it_was_given_and_saving_it_changes_nothing(as_organiser, space):
    as_organiser.post(f"{space}phases/ajouter/", phase_answers())
    phase = Phase.objects.get()
    page = f"{space}phases/{phase.pk}/"

    html = as_organiser.get(page).content.decode()
    as_organiser.post(page, phase_answers())

    assert 'value="2026-12-18"' in html
    assert "23:59" not in html
    assert JournalEntry.objects.filter(verb="phase.edited").count() == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closes_at_jour": "2026-10-11"}, "closes_at"),
        ({"opens_at_jour": "2026-02-30"}, "opens_at"),
        ({"opens_at_jour": ""}, "opens_at"),
        ({"opens_at_jour": "", "opens_at_heure": "10:00"}, "opens_at"),
        ({"closes_at_heure": "25:00"}, "closes_at"),
        ({"closes_at_jour": "9999-12-31"}, "closes_at"),
        ({"title": ""}, "title"),
        ({"title": "t" * 121}, "title"),
        ({"goal": "a\x00b"}, "goal"),
        ({"goal": "g" * 20_001}, "goal"),
        ({"access": "tous"}, "access"),
        ({"natures": ["999999"]}, "natures"),
    ],
)
def test_a_wrong_answer_is_said_beside_its_field_and_the_title_is_kept(as_organiser, space, changes, field):
    response = as_organiser.post(f"{space}phases/ajouter/", phase_answers(**changes))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    if field != "title":
        assert 'value="Nouvelle phase"' in response.content.decode()
    assert Phase.objects.count() == 0


def test_phases_and_topics_move_by_buttons(as_organiser, space, past_phase, open_phase, organiser):
    first = actions.create_topic(open_phase, title="Un", by=organiser)
    second = actions.create_topic(open_phase, title="Deux", by=organiser)

    as_organiser.post(f"{space}programme/deplacer/", {"deplacer": f"{open_phase.pk}:haut"})
    as_organiser.post(f"{space}phases/{open_phase.pk}/thematiques/deplacer/", {"deplacer": f"{first.pk}:bas"})
    for nonsense in ("", "x", f"{first.pk}:ailleurs", "999:haut", ":"):
        as_organiser.post(f"{space}programme/deplacer/", {"deplacer": nonsense})

    assert list(Phase.objects.values_list("pk", flat=True)) == [open_phase.pk, past_phase.pk]
    assert list(Topic.objects.values_list("pk", flat=True)) == [second.pk, first.pk]


def test_a_topic_is_created_changed_and_deleted(as_organiser, space, open_phase):
    as_organiser.post(
        f"{space}phases/{open_phase.pk}/thematiques/ajouter/", {"title": "Sobriété", "question": "Quoi ?"}
    )
    topic = Topic.objects.get()
    as_organiser.post(f"{space}thematiques/{topic.pk}/", {"title": "Sobriété", "introduction": "**Gras**"})
    topic.refresh_from_db()
    assert "<strong>Gras</strong>" in topic.introduction_html

    as_organiser.post(f"{space}thematiques/{topic.pk}/supprimer/")

    assert Topic.objects.count() == 0


def test_what_is_used_is_not_deleted_and_the_page_says_why(as_organiser, space, topic):
    response = as_organiser.post(f"{space}phases/{topic.phase_id}/supprimer/", follow=True)

    assert "Cette phase contient des thématiques" in words(response)
    assert Phase.objects.filter(pk=topic.phase_id).exists()


def test_numbers_too_large_for_a_database_are_not_found_and_not_an_error(as_organiser, space):
    huge = 10**30

    for path in (f"phases/{huge}/", f"thematiques/{huge}/", f"listes/natures/{huge}/", f"roles/{huge}/terminer/"):
        assert (path, as_organiser.post(space + path).status_code) == (path, 404)
    assert as_organiser.post(f"{space}programme/deplacer/", {"deplacer": f"{huge}:haut"}).status_code == 302
    refused = as_organiser.post(f"{space}phases/ajouter/", phase_answers(natures=[str(huge)]))
    assert list(refused.context["form"].errors) == ["natures"]


@pytest.mark.parametrize(
    ("wanted", "order"),
    [
        ("0:2", [1, 2, 0]),
        ("2:0", [2, 0, 1]),
        ("0:99", [1, 2, 0]),
        ("1:1", [0, 1, 2]),
        ("1:-1", [0, 1, 2]),
        ("1:", [0, 1, 2]),
    ],
)
def test_a_row_is_moved_to_a_place(as_organiser, space, open_phase, organiser, wanted, order):
    topics = [actions.create_topic(open_phase, title=f"T{n}", by=organiser) for n in range(3)]
    row, _colon, place = wanted.partition(":")

    as_organiser.post(
        f"{space}phases/{open_phase.pk}/thematiques/deplacer/", {"deplacer": f"{topics[int(row)].pk}:{place}"}
    )

    assert list(open_phase.topics.order_by("position")) == [topics[n] for n in order]
