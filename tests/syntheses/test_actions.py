"""From a passage to a published version, through the verbs."""

import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from concertation.documents import versions
from concertation.documents.conflicts import Version
from concertation.documents.model import quotes_of
from concertation.syntheses.coding.actions import create_extract, delete_extract, extract_sentences, mark_read
from concertation.syntheses.models import Evidence, Extract, Recommendation, SynthesisVersion
from concertation.syntheses.publishing.actions import publish_synthesis
from concertation.syntheses.publishing.reading import readable_document
from concertation.syntheses.writing import actions as writing
from contributions import actions as contributions
from contributions.actions.moderation import hide_contribution, restore_contribution

pytestmark = pytest.mark.django_db


def test_a_participant_does_not_code(contribution, participant):
    with pytest.raises(PermissionDenied):
        create_extract(contribution, start=0, end=5, by=participant)


@pytest.mark.parametrize(("start", "end"), [(5, 5), (-1, 4), (0, 10_000), (28, 29)])
def test_a_passage_outside_the_text_or_empty_is_refused(contribution, organiser, start, end):
    with pytest.raises(ValidationError):
        create_extract(contribution, start=start, end=end, by=organiser)


def test_an_extract_keeps_the_words_and_what_surrounds_them(contribution, extract):
    assert extract.quote == "Une petite commune renonce avant la fin."
    assert extract.prefix == "Nos marchés sont trop longs. "
    assert extract.suffix == " Il faut un guide commun."


def test_the_same_passage_twice_is_one_extract(contribution, extract, organiser):
    again = create_extract(contribution, start=28, end=70, by=organiser)

    assert again == extract
    assert Extract.objects.count() == 1


def test_sentences_are_ticked_by_their_place(contribution, organiser):
    extract = extract_sentences(contribution, first=2, last=1, by=organiser)

    assert extract.quote == "Une petite commune renonce avant la fin. Il faut un guide commun."


def test_coding_marks_the_contribution_as_read(contribution, extract):
    assert contribution.reading.outcome == "coded"


def test_read_but_not_cited_wants_a_reason(contribution, organiser):
    with pytest.raises(ValidationError):
        mark_read(contribution, outcome="not_cited", by=organiser)

    assert mark_read(contribution, outcome="not_cited", reason="Hors sujet", by=organiser).outcome == "not_cited"


def test_an_edit_marks_the_extract_and_leaves_its_words(contribution, extract, participant):
    contributions.edit_contribution(contribution, title="", body="Autre texte.", by=participant)

    changed = Extract.objects.get(pk=extract.pk)
    assert changed.text_has_changed
    assert changed.quote == "Une petite commune renonce avant la fin."


def test_a_cited_extract_is_not_deleted(extract, recommendation, organiser):
    writing.cite(recommendation, extract=extract, stance="supports", by=organiser)

    with pytest.raises(ValidationError):
        delete_extract(extract, by=organiser)


def test_citing_twice_changes_the_stance_only(extract, recommendation, organiser):
    writing.cite(recommendation, extract=extract, stance="supports", by=organiser)
    writing.cite(recommendation, extract=extract, stance="nuances", by=organiser)

    assert list(Evidence.objects.values_list("stance", flat=True)) == ["nuances"]


def test_someone_elses_rewrite_is_not_overwritten(recommendation, organiser):
    over = Version.of({"title": recommendation.title, "body": recommendation.body})
    fields = {"kind": "recommendation", "status": "draft", "expected_version": over, "by": organiser}
    writing.edit_recommendation(recommendation, title="Un guide", body="", **fields)

    with pytest.raises(ValidationError) as refusal:
        writing.edit_recommendation(recommendation, title="Deux guides", body="", **fields)

    assert refusal.value.code == "conflict"
    assert Recommendation.objects.get().title == "Un guide"


def test_a_recommendation_without_support_is_not_published(synthesis, recommendation, extract, organiser):
    writing.cite(recommendation, extract=extract, stance="opposes", by=organiser)

    with pytest.raises(ValidationError, match="R-01"):
        publish_synthesis(synthesis, by=organiser)


def test_a_synthesis_without_recommendations_is_not_published(consultation, organiser):
    empty = writing.create_synthesis(consultation, title="Vide", by=organiser)

    with pytest.raises(ValidationError):
        publish_synthesis(empty, by=organiser)


def test_a_version_is_frozen_and_verifies(version, recommendation, organiser):
    writing.edit_recommendation(recommendation, title="Autre", body="", kind="lesson", status="ready", by=organiser)

    document = SynthesisVersion.objects.get().as_document()
    assert versions.verify(document, version.sha256)
    assert "Écrire un guide" in json.dumps(version.document, ensure_ascii=False)


def test_publishing_again_without_a_change_is_refused(version, synthesis, organiser):
    with pytest.raises(ValidationError, match="version 1"):
        publish_synthesis(synthesis, by=organiser)


def test_hidden_words_are_blanked_while_hidden_and_come_back(version, contribution, moderator, consultation):
    hide_contribution(contribution, reason=consultation.reasons.first(), by=moderator)
    hidden = readable_document(SynthesisVersion.objects.get())
    assert "renonce" not in json.dumps(hidden, default=str)
    assert versions.verify(hidden, version.sha256)

    conform = consultation.reasons.to_restore().first()
    restore_contribution(contribution, reason=conform, message="Relu.", by=moderator)
    assert "renonce" in str(readable_document(SynthesisVersion.objects.get()))


def test_withdrawn_words_leave_every_version_which_still_verifies(version, contribution, participant):
    contributions.withdraw_contribution(contribution, by=participant)

    stored = SynthesisVersion.objects.get()
    assert "renonce" not in json.dumps(stored.document, ensure_ascii=False)
    assert stored.verifies()


@pytest.mark.parametrize("is_whole", [False, True])
def test_a_quote_keeps_its_paragraphs(topic, participant, recommendation, synthesis, organiser, now, is_whole):
    typed = "Un **mot**.\n\nDeux,\nsa suite.\n\nTrois."
    said = contributions.post_contribution(topic, body=typed, by=participant, now=now)
    cited = {"contribution": said}
    if not is_whole:
        cited = {"extract": create_extract(said, start=0, end=len(said.current.plain), by=organiser)}
    writing.cite(recommendation, **cited, stance="supports", by=organiser)

    version = publish_synthesis(synthesis, now=now, by=organiser)

    [quote] = quotes_of(version.as_document())
    assert [piece.text for [piece] in quote.paragraphs] == ["Un mot.", "Deux,\nsa suite.", "Trois."]
