"""An import is undone as a whole, unless someone touched what it brought in."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from concertation.consultations.models import Topic
from concertation.journal.models import JournalEntry
from concertation.live.models import Event
from concertation.syntheses.coding.actions import create_extract
from contributions import actions
from contributions.actions.batches import begin_batch, publish_batch
from contributions.corpus_files import export_corpus
from contributions.models import Contribution, Keyword, State
from tests.contributions.batches import NOTHING, left_of
from tests.jobs.worker import run_jobs

pytestmark = pytest.mark.django_db


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
