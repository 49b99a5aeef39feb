"""The life of a published synthesis: new versions and corrections, their labels and their addresses."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from concertation.documents.labels import FIRST, Label
from concertation.documents.model import Entry
from concertation.journal.models import JournalEntry
from concertation.syntheses.models import SynthesisVersion
from concertation.syntheses.publishing.actions import publish_synthesis
from concertation.syntheses.writing import actions as writing
from contributions import actions as contributions
from contributions.actions.moderation import hide_contribution
from tests import reading
from tests.jobs.worker import run_jobs

pytestmark = pytest.mark.django_db

HERE = "/c/innovation-urbaine/syntheses/1/"


def rewrite(synthesis, organiser, **words):
    frame = {"title": synthesis.title, "kind": synthesis.kind, "introduction": "Relu.", "method": "", "phases": []}
    writing.edit_synthesis(synthesis, **{**frame, **words}, by=organiser)


@pytest.fixture
def corrected(version, synthesis, organiser):
    rewrite(synthesis, organiser)
    return publish_synthesis(synthesis, is_correction=True, note="Une faute", by=organiser)


def test_the_first_version_is_version_1(version):
    assert (version.number, version.label, str(version.label)) == (1, FIRST, "1")


def test_what_was_never_published_is_not_corrected(synthesis, recommendation, extract, organiser):
    writing.cite(recommendation, extract=extract, stance="supports", by=organiser)

    with pytest.raises(ValidationError, match="première version"):
        publish_synthesis(synthesis, is_correction=True, by=organiser)


def test_a_correction_raises_the_minor_number_and_a_new_version_the_major_one(corrected, synthesis, organiser):
    rewrite(synthesis, organiser, introduction="Relu deux fois.")
    second = publish_synthesis(synthesis, by=organiser)
    rewrite(synthesis, organiser, introduction="Relu trois fois.")
    publish_synthesis(synthesis, is_correction=True, by=organiser)

    rows = SynthesisVersion.objects.order_by("number")
    assert [(one.number, str(one.label)) for one in rows] == [(1, "1"), (2, "1.1"), (3, "2"), (4, "2.1")]
    assert all(one.verifies() for one in rows)
    assert second.as_document().metadata[0] == Entry("Version", "2")


def test_a_correction_of_the_title_alone_is_a_change(version, synthesis, organiser, open_phase):
    rewrite(synthesis, organiser, title="Synthèse", introduction=synthesis.introduction, phases=[open_phase])

    assert str(publish_synthesis(synthesis, is_correction=True, by=organiser).label) == "1.1"


def test_another_day_alone_is_no_change(corrected, synthesis, organiser):
    with pytest.raises(ValidationError, match=r"Rien n’a changé depuis la version 1\.1\."):
        publish_synthesis(synthesis, by=organiser)


def test_the_journal_names_a_version_by_its_label(corrected):
    assert JournalEntry.objects.filter(verb="synthesis.published").latest("pk").details["version"] == "1.1"


def test_a_version_has_the_address_of_its_label(client, corrected):
    first = reverse("syntheses:version", args=["innovation-urbaine", 1, FIRST])

    assert first == f"{HERE}versions/1.0/"
    assert "Vous lisez une version antérieure. La version 1.1 l’a remplacée." in reading.words(client.get(first))
    assert "Relu." in client.get(f"{HERE}versions/1.1/").content.decode()


@pytest.mark.parametrize("label", ["01.0", "1.00", "1.2", "2.0", "0.1", "9999999999.0"])
def test_no_other_label_answers(client, corrected, label):
    assert client.get(f"{HERE}versions/{label}/").status_code == 404


@pytest.mark.parametrize("rest", ["", "json/"])
def test_an_order_number_leads_to_the_label(client, corrected, rest):
    answer = client.get(f"{HERE}versions/2/{rest}")

    assert (answer.status_code, answer["Location"]) == (301, f"{HERE}versions/1.1/{rest}")
    assert client.get(f"{HERE}versions/3/{rest}").status_code == 404


def test_a_file_is_named_after_its_label(client, corrected):
    run_jobs()
    answer = client.get(f"{HERE}versions/1.1/md/")

    assert answer["Content-Disposition"] == 'attachment; filename="synthese-innovation-urbaine-1-v1.1.md"'
    assert "1.1" in answer.getvalue().decode()


def test_the_form_asks_only_once_there_is_something_to_correct(client, synthesis, organiser):
    client.force_login(organiser)

    assert (
        'name="release"' not in client.get(reverse("syntheses:edit", args=["innovation-urbaine", 1])).content.decode()
    )


def test_the_publisher_chooses_between_a_new_version_and_a_correction(client, version, synthesis, organiser):
    client.force_login(organiser)
    shown = reading.words(client.get(reverse("syntheses:edit", args=["innovation-urbaine", 1])))
    assert "Elle s’appellera version 2." in shown
    assert "Elle s’appellera version 1.1." in shown
    publish = reverse("syntheses:publish", args=["innovation-urbaine", 1])

    refused = client.post(publish, {"release": "correction"})
    rewrite(synthesis, organiser)
    client.post(publish, {"release": "correction"})
    rewrite(synthesis, organiser, introduction="Relu deux fois.")
    client.post(publish, {"release": "version"})

    assert refused.status_code == 422
    assert 'value="correction" checked' in refused.content.decode()
    rows = SynthesisVersion.objects.order_by("number")
    assert [one.label for one in rows] == [Label(1, 0), Label(1, 1), Label(2, 0)]


CHANGES = f"{HERE}versions/1.1/changements/"


def test_a_reader_sees_what_a_version_changed(client, corrected):
    assert f'href="{CHANGES}"' in client.get(HERE).content.decode()

    page = client.get(CHANGES).content.decode()

    assert "<del>Ce que nous avons lu.</del>" in page
    assert "<ins>Relu.</ins>" in page
    assert "Partie retirée" not in page
    assert "Une faute" in page
    assert f'href="{HERE}versions/1.1/#introduction"' in page


def test_the_first_version_has_nothing_to_be_compared_with(client, version):
    assert "changements" not in client.get(HERE).content.decode()
    assert client.get(f"{HERE}versions/1.0/changements/").status_code == 404


def test_a_reader_chooses_the_version_to_compare_with(client, corrected, synthesis, organiser):
    rewrite(synthesis, organiser, introduction="Relu encore.")
    publish_synthesis(synthesis, by=organiser)

    since_the_one_before = reading.words(client.get(f"{HERE}versions/2.0/changements/"))
    since_the_first = reading.words(client.get(f"{HERE}versions/2.0/changements/?depuis=1.0"))
    unknown = reading.words(client.get(f"{HERE}versions/2.0/changements/?depuis=7.0"))

    assert "Par rapport à la version 1.1, publiée le" in since_the_one_before
    assert "Par rapport à la version 1, publiée le" in since_the_first
    assert "Par rapport à la version 1.1, publiée le" in unknown


@pytest.mark.parametrize("act", ["hidden", "withdrawn"])
def test_hidden_and_withdrawn_words_are_not_in_what_changed(
    client, corrected, recommendation, synthesis, consultation, organiser, moderator, act
):
    source = corrected.citations.get().contribution
    writing.uncite(recommendation.evidence.get(), by=organiser)
    other = contributions.post_contribution(source.topic, body="Un autre appui.", by=source.author.user)
    writing.cite(recommendation, contribution=other, stance="supports", by=organiser)
    publish_synthesis(synthesis, by=organiser)
    address = f"{HERE}versions/2.0/changements/"
    assert "renonce" in client.get(address).content.decode()

    if act == "hidden":
        hide_contribution(source, reason=consultation.reasons.first(), by=moderator)
    else:
        contributions.withdraw_contribution(source, by=source.author.user)

    page = client.get(address).content.decode()
    assert "renonce" not in page
    assert "<del>Citation retirée.</del>" in page


def test_the_page_asks_the_database_the_same_for_one_version_and_three(
    client, corrected, synthesis, organiser, count_queries
):
    with_one = count_queries(lambda: client.get(CHANGES))
    for words in ("Relu deux fois.", "Relu trois fois."):
        rewrite(synthesis, organiser, introduction=words)
        publish_synthesis(synthesis, by=organiser)

    assert count_queries(lambda: client.get(f"{HERE}versions/3.0/changements/")) == with_one
