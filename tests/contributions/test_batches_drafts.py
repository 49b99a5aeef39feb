"""What an import has half written shows nowhere, counts nowhere and is read by nobody."""

import pytest
from django.core.exceptions import ValidationError

from concertation.accounts.actions import rename_user
from concertation.journal.models import JournalEntry
from concertation.live import registry
from concertation.live.audience import Audience
from concertation.live.models import Event
from concertation.viewer import Viewer
from contributions import actions, corpus, tree
from contributions.actions.batches import publish_batch
from contributions.models import Contribution, State
from tests.caching import empty_cache
from tests.reading import words

pytestmark = pytest.mark.django_db


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
