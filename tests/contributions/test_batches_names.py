"""What an import names – organisations, kinds of actors, keywords, topics – is there with it, and goes with it."""

import pytest
from django.utils import timezone

from concertation.accounts.models import Organisation
from concertation.consultations.actions import (
    create_item,
    edit_participation,
    find_or_create_organisation,
)
from concertation.consultations.models import ActorKind, Consultation, Participation, Reason, Topic
from concertation.journal.models import JournalEntry
from contributions import actions
from contributions.actions.batches import end_dead_batches
from contributions.importing.plan import About, Plan
from contributions.importing.run import carry_out
from contributions.models import Batch, Keyword, State
from tests.caching import empty_cache
from tests.contributions.batches import LONG_AGO, left_by_a_dead_process, planned
from tests.reading import words

pytestmark = pytest.mark.django_db


def names_everything(key):
    about = About(actor_kind="Gouvernement", organisation="Ville de Rive", speaks_for="claimed")
    return planned(key, about=about, keywords=("Eau",), state=State.HIDDEN if key == "h" else State.PUBLISHED)


@pytest.fixture
def bring_in_names(bring_in, consultation, open_phase, organiser, now):
    """Import lines that name an organisation, a kind of actor, a keyword, a topic and a reason that are not there."""

    def bring_in_names():
        plan = Plan([names_everything("a"), names_everything("h")], kind="repnum", makes_actor_kinds=True)
        return carry_out(plan, consultation, phase=open_phase, now=now, by=organiser).batch

    return bring_in_names


def pages_that_name_things(client, consultation, people):
    """What each of ``people`` reads on the pages that list names, people and acts."""
    here = f"/c/{consultation.slug}/"
    ends = [
        "journal/", "ma-participation/", "organiser/organisations/", "organiser/participants/",
        "organiser/porte-parole/", "organiser/listes/acteurs/", "organiser/listes/motifs/",
    ]  # fmt: skip
    read = []
    for person in people:
        client.force_login(person)
        for address in ["/compte/organisations/?q=ville", *(f"{here}{end}" for end in ends)]:
            empty_cache()
            answer = client.get(address)
            read.append((address, answer.status_code, words(answer)))
    return read


def rows_of_names(consultation):
    return [
        *Organisation.every.filter(name="Ville de Rive"),
        *ActorKind.every.filter(consultation=consultation, label="Gouvernement"),
        *Keyword.every.filter(consultation=consultation, name="Eau"),
        *Participation.every.filter(consultation=consultation).exclude(source_key=""),
        *Reason.objects.filter(consultation=consultation, label__startswith="Masquée sur"),
        *Topic.every.filter(title="Nouvelle"),
    ]


def test_what_an_import_names_is_there_for_nobody_before_it_is_published(
    client, consultation, participant, organiser, bring_in_names, monkeypatch
):
    people = [participant, organiser]
    before = pages_that_name_things(client, consultation, people)
    assert {status for _address, status, _words in before[len(before) // 2 :]} == {200, 302}
    entries = JournalEntry.objects.count()

    left_by_a_dead_process(bring_in_names, monkeypatch)

    assert pages_that_name_things(client, consultation, people) == before
    assert JournalEntry.objects.count() == entries
    end_dead_batches(timezone.now() + LONG_AGO)
    assert rows_of_names(consultation) == []
    [failed] = JournalEntry.objects.order_by("pk")[entries:]
    assert failed.verb == "contributions.import_failed"


def test_what_an_import_names_is_there_once_it_is_published_and_gone_once_it_is_undone(
    client, consultation, participant, organiser, bring_in_names, now
):
    people = [participant, organiser]
    before = pages_that_name_things(client, consultation, people)
    entries = JournalEntry.objects.count()

    batch = bring_in_names()

    read = " ".join(shown for _address, _status, shown in pages_that_name_things(client, consultation, people))
    for name in ("Ville de Rive", "Gouvernement", "Masquée sur la plateforme d’origine"):
        assert name in read
    [entered] = JournalEntry.objects.order_by("pk")[entries:]
    made = {"people": 2, "topics": 1, "actorkinds": 1, "keywords": 1, "organisations": 1, "reasons": 1}
    assert entered.details == {"batch": batch.pk, "contributions": 2, "first": 1, "last": 2, **made}

    actions.undo_batch(batch, by=organiser, now=now)

    assert rows_of_names(consultation) == []
    assert [entry.verb for entry in JournalEntry.objects.order_by("pk")[entries + 1 :]] == [
        "contributions.import_undone"
    ]
    after = pages_that_name_things(client, consultation, people)
    assert [one for one in after if "journal" not in one[0]] == [one for one in before if "journal" not in one[0]]


def test_what_somebody_names_while_an_import_runs_is_theirs_and_stays(
    consultation, participant, organiser, bring_in_names, monkeypatch
):
    left_by_a_dead_process(bring_in_names, monkeypatch)

    organisation = find_or_create_organisation("VILLE DE RIVE", by=participant)
    keyword = actions.add_keyword(consultation, name="eau", by=organiser)
    family = consultation.actor_families.first()
    kind = create_item(ActorKind, consultation, label=" Gouvernement ", family=family, by=organiser)
    participation = participant.participations.get()
    edit_participation(participation, organisation=organisation, actor_kind=kind, by=participant)

    assert [Organisation.objects.get(), consultation.keywords.get()] == [organisation, keyword]
    assert consultation.actor_kinds.get(label="Gouvernement").family == family
    verbs = set(JournalEntry.objects.values_list("verb", flat=True))
    assert {"organisation.created", "keyword.created", "actorkind.created"} <= verbs
    end_dead_batches(timezone.now() + LONG_AGO)
    assert Organisation.objects.get() == organisation
    assert consultation.actor_kinds.get(label="Gouvernement") == kind


def test_what_two_imports_name_stays_until_both_are_over(consultation, organiser, bring_in_names, monkeypatch):
    dead = left_by_a_dead_process(bring_in_names, monkeypatch)
    other = Batch.objects.create(
        consultation=Consultation.objects.create(slug="autre", title="Autre"), by=organiser, size=1,
        first_number=1, last_number=1, made={"organisation": dead.made["organisation"]},
        touched_at=timezone.now() + 2 * LONG_AGO,
    )  # fmt: skip

    end_dead_batches(timezone.now() + LONG_AGO)
    assert Organisation.every.filter(pk__in=dead.made["organisation"]).exists()

    Batch.objects.filter(pk=other.pk).update(touched_at=timezone.now())
    end_dead_batches(timezone.now() + LONG_AGO)
    assert not Organisation.every.exists()
