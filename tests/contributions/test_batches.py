"""An import is written as drafts that nothing shows, published at once, and gone without a trace if it fails."""

from contextlib import nullcontext
from datetime import timedelta
from unittest.mock import Mock

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from concertation.accounts.actions import rename_user
from concertation.accounts.models import Organisation
from concertation.consultations.actions import (
    ImportedPerson,
    create_item,
    edit_participation,
    find_or_create_organisation,
    prepare_participations,
    show_participations,
)
from concertation.consultations.models import ActorKind, Consultation, Participation, Reason, Topic
from concertation.journal.models import JournalEntry
from concertation.live import registry
from concertation.live.audience import Audience
from concertation.live.models import Event
from concertation.notices.due import run_due_work
from concertation.syntheses.coding.actions import create_extract
from concertation.viewer import Viewer
from contributions import actions, corpus, tree
from contributions.actions.batches import abandoned_on_failure, begin_batch, end_dead_batches, publish_batch
from contributions.actions.drafts import Entry, drafts_of, write_drafts
from contributions.corpus_files import export_corpus
from contributions.importing.plan import About, Plan, PlannedRow
from contributions.importing.report import Refused
from contributions.importing.run import carry_out
from contributions.models import Batch, Contribution, Keyword, State
from contributions.wording import word
from tests.caching import empty_cache
from tests.jobs.worker import run_jobs
from tests.reading import words

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(minutes=10)


def planned(key, body="Lu ailleurs.", **fields):
    given = {"line": 2, "author_key": f"autre:{key}", "author_name": "Paul", "about": About(), "topic": "Nouvelle"}
    return PlannedRow(key=key, wording=word(body), **{**given, **fields})


@pytest.fixture
def bring_in(consultation, open_phase, organiser, now):
    """Import a thread, a hidden line, a new topic, a keyword and three people; then say what to do at each step."""

    def bring_in(*rows, **options):
        rows = rows or (
            planned("a", "Une proposition.", keywords=("Eau",)),
            planned("b", "Une réponse.", parent_key="a"),
            planned("c", "Masquée ailleurs.", state=State.HIDDEN),
        )
        given = {"phase": open_phase, "now": now, "by": organiser}
        return carry_out(Plan(list(rows), kind="exchange"), consultation, **{**given, **options}).batch

    return bring_in


@pytest.fixture
def half_written(consultation, topic, contribution, participant, organiser, now):
    """Write the drafts of an import: a root with a keyword, a reply to it, one to what is there, one hidden."""

    def write():
        author = participant.participations.get()
        keyword = actions.add_keyword(consultation, name="Eau", by=organiser)
        rows = [
            Entry(topic=topic, author=author, body="Demi-écrite.", source_key="a", keywords=[keyword]),
            Entry(topic=topic, author=author, body="Réponse demi-écrite.", parent_key="a"),
            Entry(topic=topic, author=author, body="Autre réponse demi-écrite.", parent=contribution),
            Entry(topic=topic, author=author, body="Masquée demi-écrite.", state=State.HIDDEN),
        ]
        batch = begin_batch(consultation, numbers=[None] * len(rows), by=organiser)
        drafts = drafts_of(batch, rows, [word(row.body) for row in rows], by=organiser, now=now)
        write_drafts(batch, drafts, by=organiser)
        return batch, drafts

    return write


def left_of(batch):
    """What an import has left in the tables."""
    return {
        "contributions": Contribution.objects.filter(batch=batch).count(),
        "people": batch.consultation.participations.exclude(source_key="").count(),
        "keywords": batch.consultation.keywords.count(),
        "topics": Topic.every.filter(title="Nouvelle").count(),
    }


NOTHING = {"contributions": 0, "people": 0, "keywords": 0, "topics": 0}


# Drafts ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["visitor", "participant", "moderator", "organiser"])
def test_what_is_half_written_shows_on_no_page(
    request, client, who, consultation, topic, contribution, organiser, half_written
):
    actions.add_keyword(consultation, name="Eau", by=organiser)
    if who != "visitor":
        client.force_login(request.getfixturevalue(who))

    def pages():
        empty_cache()
        here = f"/c/{consultation.slug}/"
        ends = [
            "", "debat/", f"phases/{topic.phase_id}/", f"thematiques/{topic.pk}/",
            f"contributions/{contribution.number}/", "journal/", "organiser/", "organiser/exports/",
            "organiser/exports/corpus.csv", "organiser/corpus/", "organiser/participants/", "moderation/",
            "moderation/masquees/",
        ]  # fmt: skip
        answers = [client.get(address) for address in ["/", "/compte/", *(f"{here}{end}" for end in ends)]]
        return [(answer.status_code, words(answer)) for answer in answers]

    before = pages()
    assert 404 not in {status for status, _words in before}
    half_written()

    assert pages() == before


@pytest.mark.parametrize("who", ["participant", "moderator", "organiser"])
@pytest.mark.parametrize("end", ["", "historique/", "modifier/", "retirer/", "mots-cles/"])
def test_what_is_half_written_has_no_address_not_even_for_its_author(request, client, who, end, half_written):
    client.force_login(request.getfixturevalue(who))
    batch, drafts = half_written()

    for draft in drafts:
        address = f"/c/{batch.consultation.slug}/contributions/{draft.row.number}/{end}"
        assert {act(address).status_code for act in (client.get, client.post)} <= {404, 405}
    assert set(batch.contributions.values_list("state", flat=True)) == {State.DRAFT}


def test_what_is_half_written_is_sent_to_no_page(half_written, participant, consultation):
    batch, drafts = half_written()
    pks = [draft.row.pk for draft in drafts]
    before = Event.objects.count()

    rename_user(participant, display_name="Nadia B.", by=participant)

    assert [registry.render("contribution", pks, audience) for audience in Audience] == [{}] * len(Audience)
    told = set(Event.objects.order_by("pk")[before:].values_list("obj", flat=True))
    assert told.isdisjoint({f"contribution:{pk}" for pk in pks})
    assert set(batch.contributions.values_list("version", flat=True)) == {1}


def test_what_is_half_written_is_counted_and_offered_nowhere(consultation, topic, organiser, now, half_written):
    def counted():
        topic.refresh_from_db()
        return (
            list(corpus.lines_of(consultation)),
            Contribution.objects.visible_to(Viewer(organiser, now), consultation).count(),
            Contribution.objects.readable().count(),
            Contribution.objects.placed().count(),
            topic.counts_version,
            Event.objects.count(),
            JournalEntry.objects.exclude(verb="keyword.created").count(),
        )

    before = counted()
    batch, drafts = half_written()

    assert counted() == before
    publish_batch(batch, drafts, by=organiser, now=now)
    assert counted() != before


def test_counts_are_those_that_counting_anew_gives(consultation, topic, contribution, organiser, now, half_written):
    batch, drafts = half_written()
    publish_batch(batch, drafts, by=organiser, now=now)

    def shown():
        rows = Contribution.objects.filter(topic=topic).order_by("number")
        return list(rows.values_list("pk", "state", "reply_count", "last_activity_at"))

    before = shown()
    tree.recount(row[0] for row in before)

    assert shown() == before
    assert [row[1:3] for row in before] == [
        ("published", 1), ("published", 1), ("published", 0), ("published", 0), ("hidden", 0),
    ]  # fmt: skip


def test_a_publication_is_one_line_of_the_journal_and_one_reload_a_topic(
    consultation, topic, organiser, now, half_written
):
    batch, drafts = half_written()
    Event.objects.all().delete()
    publish_batch(batch, drafts, by=organiser, now=now)

    [entry] = JournalEntry.objects.filter(verb="contributions.entered")
    assert entry.details == {"batch": batch.pk, "contributions": 4, "first": 2, "last": 5}
    assert Event.objects.filter(kind="reload", obj=f"topic:{topic.pk}").count() == 1


@pytest.mark.writes_rows
def test_a_thread_that_moves_while_it_is_answered_stops_the_publication(
    consultation, contribution, past_topic, moderator, organiser, now, half_written
):
    batch, drafts = half_written()
    Contribution.objects.filter(pk=contribution.pk).update(topic=past_topic)

    with pytest.raises(ValidationError, match="déplacé pendant l’import"):
        publish_batch(batch, drafts, by=organiser, now=now)


# Runs -----------------------------------------------------------------------------------------------------------------


def test_an_import_says_who_brought_what_in(consultation, organiser, bring_in):
    batch = bring_in(*[planned(key, file="corpus.csv") for key in "abc"])

    assert (batch.state, batch.by, batch.kind, batch.files) == ("published", organiser, "exchange", ["corpus.csv"])
    assert (batch.first_number, batch.last_number, batch.size) == (1, 3, 3)
    assert Contribution.objects.filter(batch=batch, state=State.PUBLISHED).count() == 3


def test_what_came_hidden_carries_a_decision(bring_in):
    bring_in()

    hidden = Contribution.objects.get(state=State.HIDDEN)
    assert hidden.decisions.get().reason.label == "Masquée sur la plateforme d’origine"


@pytest.mark.parametrize("failure", [KeyboardInterrupt, MemoryError, SystemExit])
def test_a_run_that_fails_leaves_nothing_but_used_numbers(consultation, bring_in, failure):
    def step(done, total):
        raise failure

    with pytest.raises(failure):
        bring_in(step=step)

    [batch] = Batch.objects.all()
    assert (batch.state, batch.error) == ("failed", failure.__name__)
    assert left_of(batch) == NOTHING
    assert bring_in().first_number == batch.last_number + 1
    assert JournalEntry.objects.filter(verb="contributions.import_failed").count() == 1


@pytest.mark.parametrize("numbers", [[5, 5], [5, None], [0]])
def test_every_line_asks_for_a_number_of_its_own_or_none_does(consultation, organiser, numbers):
    with pytest.raises(ValidationError, match="Chaque contribution doit avoir un numéro"):
        begin_batch(consultation, numbers=numbers, by=organiser)


def test_people_who_were_there_before_a_run_that_fails_stay(consultation, organiser, bring_in):
    paul = ImportedPerson(source_key="autre:a", pseudonym="Paul")
    known = prepare_participations(consultation, [paul], by=organiser)["autre:a"]
    show_participations(consultation, keys=[known.pk], by=organiser)

    with pytest.raises(RuntimeError):
        bring_in(step=Mock(side_effect=RuntimeError))

    assert [*consultation.participations.exclude(source_key="")] == [known]


def test_numbers_of_a_run_that_failed_are_not_kept_by_the_next(consultation, organiser, bring_in):
    with pytest.raises(RuntimeError), abandoned_on_failure(begin_batch(consultation, numbers=[7], by=organiser)):
        raise RuntimeError

    bring_in(planned("a", number=7))

    assert Contribution.objects.get().number == 8


def test_the_scheduler_deletes_what_a_dead_process_has_left(bring_in, monkeypatch, now):
    dead = left_by_a_dead_process(bring_in, monkeypatch)
    assert left_of(dead)["contributions"] == 3

    end_dead_batches(timezone.now())
    assert left_of(dead)["contributions"] == 3
    assert run_due_work(timezone.now() + LONG_AGO) == []

    dead.refresh_from_db()
    assert (dead.state, left_of(dead)) == ("failed", NOTHING)


def test_the_next_run_deletes_what_a_dead_process_has_left_and_goes_on(bring_in, monkeypatch):
    dead = left_by_a_dead_process(bring_in, monkeypatch)
    Batch.objects.update(touched_at=timezone.now() - LONG_AGO)

    batch = bring_in()

    assert (batch.state, batch.first_number) == ("published", dead.last_number + 1)
    assert left_of(dead)["contributions"] == 0


def test_a_dry_run_does_not_take_what_a_dead_process_has_left_for_being_there(
    consultation, open_phase, organiser, bring_in, monkeypatch, now
):
    left_by_a_dead_process(bring_in, monkeypatch)

    plan = Plan([planned("a"), planned("b", parent_key="a")])
    foreseen = carry_out(plan, consultation, phase=open_phase, dry_run=True, now=now, by=organiser)

    assert (foreseen.roots, foreseen.replies, foreseen.already_there) == (1, 1, 0)


def test_a_run_that_was_given_up_for_dead_goes_no_further(bring_in):
    def step(done, total):
        end_dead_batches(timezone.now() + LONG_AGO)

    with pytest.raises(Refused, match="n’est plus en cours"):
        bring_in(step=step)

    assert left_of(Batch.objects.get()) == NOTHING


def test_a_run_that_was_given_up_for_dead_stops_at_its_next_step(bring_in, monkeypatch):
    monkeypatch.setattr("contributions.actions.drafts.ROWS", 1)
    steps = []

    def step(done, total):
        steps.append(done)
        end_dead_batches(timezone.now() + LONG_AGO)

    with pytest.raises(Refused, match="a été interrompu"):
        bring_in(step=step)

    assert steps == [1]
    assert left_of(Batch.objects.get()) == NOTHING


def test_a_long_run_that_goes_on_writing_is_not_given_up_for_dead(bring_in, monkeypatch):
    monkeypatch.setattr("contributions.actions.drafts.ROWS", 1)
    with time_machine.travel(timezone.now(), tick=False) as clock:

        def step(done, total):
            clock.shift(50)
            end_dead_batches(timezone.now())

        batch = bring_in(step=step)

    assert (batch.state, batch.size) == ("published", 3)


def test_the_second_run_is_told_to_wait(consultation, organiser, bring_in):
    begin_batch(consultation, numbers=[None], by=organiser)

    with pytest.raises(Refused, match="Un import est en cours ici"):
        bring_in()
    assert bring_in(dry_run=True) is None


def test_a_line_may_answer_what_was_written_on_the_site(consultation, topic, contribution, bring_in):
    key = f"{consultation.slug}:c{contribution.number}"

    bring_in(planned("a", parent_key=key, topic=topic.title, phase=topic.phase.title))

    contribution.refresh_from_db()
    assert (contribution.reply_count, Contribution.objects.get(source_key="a").parent) == (1, contribution)


def hidden_topic(batch):
    return Topic.every.get(pk__in=batch.made["topic"])


def test_a_topic_of_an_import_is_there_for_nobody_before_it_is_published(
    client, consultation, open_phase, participant, organiser, bring_in, monkeypatch, now
):
    topic = hidden_topic(left_by_a_dead_process(bring_in, monkeypatch))

    here = f"/c/{consultation.slug}/"
    for person in (None, participant, organiser):
        client.logout() if person is None else client.force_login(person)
        for end in ("", "debat/", f"phases/{open_phase.pk}/", "organiser/programme/", "journal/"):
            empty_cache()
            assert "Nouvelle" not in words(client.get(f"{here}{end}"))
        assert client.get(f"{here}thematiques/{topic.pk}/").status_code == 404
        assert list(Topic.objects.visible_to(Viewer(person or AnonymousUser(), now), consultation)) == []
    client.force_login(participant)
    assert client.post(f"{here}thematiques/{topic.pk}/publier/", {"body": "Trop tôt."}).status_code == 404
    with pytest.raises(PermissionDenied):
        actions.post_contribution(topic, body="Trop tôt.", by=participant, now=now)
    assert not JournalEntry.objects.filter(verb="topic.created").exists()


def test_a_topic_of_an_import_is_shown_when_it_is_published(client, consultation, bring_in):
    batch = bring_in()

    topic = Topic.objects.get(title="Nouvelle")
    assert client.get(f"/c/{consultation.slug}/thematiques/{topic.pk}/").status_code == 200
    assert (topic.contribution_count, topic.reply_count) == (1, 1)
    assert batch.made["topic"] == [topic.pk]
    assert Event.objects.filter(kind="changed", obj=f"phase:{topic.phase_id}").exists()


def test_topics_of_a_dead_run_go_with_its_drafts_also_where_its_author_may_do_nothing_more(
    bring_in, monkeypatch, organiser
):
    dead = left_by_a_dead_process(bring_in, monkeypatch)
    organiser.memberships.all().delete()

    end_dead_batches(timezone.now() + LONG_AGO)

    assert not Topic.every.filter(pk__in=dead.made["topic"]).exists()
    assert not JournalEntry.objects.filter(verb__startswith="topic.").exists()


def test_a_run_that_fails_while_it_makes_its_people_leaves_no_topic(bring_in, monkeypatch):
    def failing(*args, **kwargs):
        raise MemoryError

    monkeypatch.setattr("contributions.importing.names.prepare_participations", failing)
    with pytest.raises(MemoryError):
        bring_in()

    assert not Topic.every.exists()


def left_by_a_dead_process(bring_in, monkeypatch):
    """What a process has written that was killed before it published."""

    def killed(*args, **kwargs):
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr("contributions.importing.run.publish_batch", killed)
        patched.setattr("contributions.importing.run.abandoned_on_failure", nullcontext)
        with pytest.raises(MemoryError):
            bring_in()
    return Batch.objects.get()


@pytest.mark.django_db(transaction=True)
def test_others_may_write_between_two_steps(bring_in, organiser, monkeypatch, now):
    """On SQLite a writer that waits asks for the lock ten times a second: each step is followed by a longer rest."""
    monkeypatch.setattr("contributions.actions.drafts.ROWS", 2)
    monkeypatch.setattr("contributions.actions.batches.ROWS", 2)
    locked, rests = [], []

    def rest(time):
        rests.append((time > 0.1, connection.in_atomic_block))

    monkeypatch.setattr("concertation.batches.sleep", rest)

    batch = bring_in(
        *[planned(key) for key in "abcde"], step=lambda done, total: locked.append(connection.in_atomic_block)
    )
    written = len(rests)
    actions.undo_batch(batch, by=organiser, now=now)

    assert locked == [False, False, False]
    assert set(rests) <= {(True, False)}
    assert [written, len(rests)] == ([1 + 3, 1 + 3 + 9] if connection.vendor == "sqlite" else [0, 0])


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


# Undoing --------------------------------------------------------------------------------------------------------------


def test_an_import_that_nobody_touched_is_undone_as_a_whole(consultation, bring_in, organiser, moderator, now):
    batch = bring_in()
    with pytest.raises(PermissionDenied):
        actions.undo_batch(batch, by=moderator, now=now)

    job = export_corpus(consultation, "csv", by=organiser)
    run_jobs()
    events = Event.objects.filter(obj=f"job:{job.pk}")
    before = events.count()
    undone = actions.undo_batch(batch, by=organiser, now=now)
    assert events.count() == before + 1
    again = actions.undo_batch(batch, by=organiser, now=now)

    assert (undone.state, again.state, left_of(batch)) == ("undone", "undone", NOTHING)
    assert JournalEntry.objects.filter(verb="contributions.import_undone").count() == 1
    assert bring_in().first_number == batch.last_number + 1


def reply(row, people, now):
    actions.post_contribution(row.topic, body="Oui.", parent=row, by=people["participant"], now=now)


def react(row, people, now):
    actions.react(row, kind="agree", by=people["participant"], now=now)


def hide(row, people, now):
    actions.hide_contribution(row, reason=row.consultation.reasons.to_hide().first(), by=people["moderator"])


def tag(row, people, now):
    word = actions.add_keyword(row.consultation, name="Air", by=people["moderator"])
    actions.tag_contribution(row, keywords=[word], by=people["moderator"])


def tag_otherwise(row, people, now):
    actions.untag_contribution(row, keywords=row.consultation.keywords.all(), by=people["moderator"])
    tag(row, people, now)


def code(row, people, now):
    create_extract(row, start=0, end=3, by=people["organiser"])


def hide_and_restore(row, people, now):
    hide(row, people, now)
    reason = row.consultation.reasons.to_restore().first()
    actions.restore_contribution(row, reason=reason, message="Relu à deux.", by=people["moderator"])


def move(row, people, now):
    reason, to = row.consultation.reasons.to_move().first(), Topic.objects.exclude(pk=row.topic_id).get()
    actions.move_thread(row, to=to, reason=reason, by=people["moderator"], now=now)


@pytest.mark.parametrize("touch", [reply, react, hide, hide_and_restore, move, tag, tag_otherwise, code])
def test_an_import_that_someone_touched_stays(touch, topic, bring_in, participant, moderator, organiser, now):
    batch = bring_in()
    people = {"participant": participant, "moderator": moderator, "organiser": organiser}
    touch(Contribution.objects.get(source_key="a"), people, now)

    with pytest.raises(ValidationError, match="il reste"):
        actions.undo_batch(batch, by=organiser, now=now)

    batch.refresh_from_db()
    assert (batch.state, Contribution.objects.filter(batch=batch, state=State.DRAFT).count()) == ("published", 0)


def rewrite(row, author, now):
    actions.edit_contribution(row, body="Mieux dit.", by=author, now=now)


def take_back(row, author, now):
    actions.withdraw_contribution(row, by=author, now=now)


@pytest.mark.parametrize("touch", [rewrite, take_back])
def test_an_import_whose_author_touched_a_text_stays(touch, half_written, participant, organiser, now):
    batch, drafts = half_written()
    publish_batch(batch, drafts, by=organiser, now=now)
    touch(Contribution.objects.get(source_key="a"), participant, now)

    with pytest.raises(ValidationError, match="il reste"):
        actions.undo_batch(batch, by=organiser, now=now)


def test_what_serves_elsewhere_stays_when_an_import_is_undone(consultation, bring_in, contribution, organiser, now):
    batch = bring_in()
    actions.tag_contribution(contribution, keywords=[Keyword.objects.get(name="Eau")], by=organiser)

    actions.undo_batch(batch, by=organiser, now=now)

    assert left_of(batch) == NOTHING | {"keywords": 1}


def test_an_import_that_was_not_published_cannot_be_undone(consultation, organiser, now):
    batch = begin_batch(consultation, numbers=[None], by=organiser)

    with pytest.raises(ValidationError, match="n’a pas été publié"):
        actions.undo_batch(batch, by=organiser, now=now)
