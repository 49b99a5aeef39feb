"""The rooms of the synthesis: who enters, what is shown, what an error keeps."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from concertation.documents.labels import FIRST
from concertation.syntheses.models import Evidence, Extract, Synthesis, SynthesisVersion
from concertation.syntheses.publishing.files import FILES
from concertation.syntheses.writing import actions as writing
from contributions import actions as contributions
from tests import reading
from tests.jobs.worker import run_jobs
from tests.reading import form_with

pytestmark = pytest.mark.django_db


def at(name, consultation, *args):
    return reverse(f"syntheses:{name}", args=[consultation.slug, *args])


def test_the_public_does_not_see_a_draft_and_the_committees_do(client, consultation, synthesis, partner):
    assert client.get(at("read", consultation, 1)).status_code == 404
    assert "Pas encore de synthèse" in client.get(at("list", consultation)).content.decode()

    client.force_login(partner)
    draft = client.get(at("read", consultation, 1))
    assert "Projet" in draft.content.decode()
    assert "no-store" in draft["Cache-Control"]


def test_everyone_reads_a_published_version_without_a_cookie(client, consultation, version):
    answer = client.get(at("read", consultation, 1))
    page = answer.content.decode()

    assert answer.status_code == 200
    assert not answer.cookies
    assert 'id="R-01"' in page
    assert "Une petite commune renonce avant la fin." in page
    assert version.sha256 in page


def test_the_editor_shows_the_words_of_a_table_and_no_sign(client, consultation, synthesis, organiser):
    section = synthesis.sections.get()
    writing.edit_section(section, title="Tableau", body="| Poste | Coût |\n|---|---|\n| Eau & air | 3 |", by=organiser)
    client.force_login(organiser)

    shown = reading.words(client.get(at("edit", consultation, synthesis.number)))

    assert "Poste Coût Eau &amp; air 3" in shown
    assert "|" not in shown


def test_a_text_to_code_has_its_paragraphs_and_its_natures_a_capital(
    client, consultation, topic, participant, organiser
):
    text = contributions.post_contribution(topic, body="Un.\n\nDeux.", by=participant)
    client.force_login(organiser)

    page = client.get(at("code", consultation, text.number)).content.decode()

    assert "hidden><p>Un.</p>\n<p>Deux.</p></div>" in page
    assert "Besoin</option>" in page
    assert f'<p class="soft">{topic.title}</p>' in page


def test_the_list_names_the_published_version(client, consultation, version):
    assert "Version 1" in client.get(at("list", consultation)).content.decode()


@pytest.mark.parametrize("fmt", ["pdf", "docx", "html", "md", "json"])
def test_every_format_is_handed_over_as_a_file(client, consultation, version, fmt):
    run_jobs()
    answer = client.get(at("download", consultation, 1, FIRST, fmt))

    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="synthese-innovation-urbaine-1-v1.{fmt}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert len(answer.getvalue()) > 400


def test_an_unknown_format_is_not_found(client, consultation, version):
    assert client.get(at("download", consultation, 1, FIRST, "exe")).status_code == 404


def test_a_download_never_holds_withdrawn_words(client, consultation, version, contribution, participant, now):
    contributions.withdraw_contribution(contribution, by=participant)
    FILES.refresh_all(now)
    run_jobs()

    data = client.get(at("download", consultation, 1, FIRST, "json")).getvalue()
    assert "renonce" not in data.decode()
    assert "renonce" not in client.get(at("read", consultation, 1)).content.decode()


def test_a_contribution_says_where_it_is_cited(client, consultation, version, contribution):
    page = client.get(reverse("contributions:detail", args=[consultation.slug, contribution.number])).content.decode()

    assert f'href="{at("read", consultation, 1)}#R-01"' in page


def test_a_citation_of_a_draft_is_not_shown(client, consultation, synthesis, recommendation, extract, organiser):
    writing.cite(recommendation, extract=extract, stance="supports", by=organiser)

    page = client.get(reverse("contributions:detail", args=[consultation.slug, extract.contribution.number]))
    assert "R-01" not in page.content.decode()


@pytest.mark.parametrize("name", ["corpus", "recommendations", "manage"])
@pytest.mark.parametrize(("persona", "status"), [("participant", 403), ("partner", 403), ("organiser", 200)])
def test_the_workshop_is_for_those_who_work_there(client, consultation, synthesis, name, persona, status, request):
    client.force_login(request.getfixturevalue(persona))

    assert client.get(at(name, consultation)).status_code == status


def test_a_passage_is_taken_by_its_place(client, consultation, contribution, organiser):
    client.force_login(organiser)
    fields = {"revision": contribution.current_id, "start": 29, "end": 70}

    assert client.post(at("extract", consultation, contribution.number), fields).status_code == 302
    assert Extract.objects.get().quote == "Une petite commune renonce avant la fin."


def test_a_passage_is_taken_by_its_sentences_without_javascript(client, consultation, contribution, organiser):
    client.force_login(organiser)
    fields = {"revision": contribution.current_id, "start": "", "end": "", "sentences": ["1", "2"]}

    assert client.post(at("extract", consultation, contribution.number), fields).status_code == 302
    assert Extract.objects.get().quote == "Une petite commune renonce avant la fin. Il faut un guide commun."


def test_no_passage_is_an_error_on_the_page(client, consultation, contribution, organiser):
    client.force_login(organiser)

    answer = client.post(at("extract", consultation, contribution.number), {"revision": contribution.current_id})

    assert answer.status_code == 422
    assert "Sélectionnez un passage" in answer.content.decode()


def test_another_contributions_revision_is_not_found(client, consultation, contribution, topic, participant, organiser):
    other = contributions.post_contribution(topic, body="Autre chose.", by=participant)
    client.force_login(organiser)
    fields = {"revision": other.current_id, "start": 0, "end": 5}

    assert client.post(at("extract", consultation, contribution.number), fields).status_code == 404


def test_extracts_and_whole_contributions_are_cited_together(
    client, consultation, recommendation, extract, topic, other_participant, organiser
):
    other = contributions.post_contribution(topic, body="Non, un guide de plus ne sert à rien.", by=other_participant)
    client.force_login(organiser)

    client.post(at("cite", consultation, 1), {"stance": "supports", "extracts": [extract.pk]})
    client.post(at("cite", consultation, 1), {"stance": "opposes", "number": f"c-{other.number}"})

    assert [(one.stance, one.source) for one in Evidence.objects.all()] == [
        ("supports", extract.contribution),
        ("opposes", other),
    ]


def passages_of(said, number):
    return Extract.objects.bulk_create(
        Extract(contribution=said, revision=said.current, start=start, end=start + 8, quote="un guide")
        for start in range(number)
    )


@pytest.mark.parametrize(("ticked", "cited", "status"), [(60, 60, 302), (61, 0, 422)])
def test_as_many_passages_are_cited_at_once_as_the_page_shows(
    client, consultation, recommendation, contribution, organiser, ticked, cited, status
):
    passages = [one.pk for one in passages_of(contribution, ticked)]
    client.force_login(organiser)

    answer = client.post(at("cite", consultation, 1), {"stance": "supports", "extracts": passages})

    assert answer.status_code == status
    assert recommendation.evidence.count() == cited
    assert ("Cochez 60 cases au plus à la fois" in answer.text) == (cited == 0)


def ticks_of(page):
    return re.findall(r'name="extracts" value="(\d+)"( checked)?', page.text)


def test_a_refused_citation_keeps_its_ticks_first_and_the_words_searched(
    client, consultation, recommendation, contribution, organiser
):
    passages = [str(one.pk) for one in passages_of(contribution, 61)]
    client.force_login(organiser)
    address = at("cite", consultation, 1)
    sent = {"stance": "supports", "extracts": passages[:2], "number": "C-999", "mots": "ailleurs"}

    refused = client.post(address, sent)
    too_long = client.post(address, {"extracts": ["9" * 30, "x", passages[0]]})
    done = client.post(address, {**sent, "number": ""})

    assert ticks_of(refused) == [(passages[1], " checked"), (passages[0], " checked")]
    again = form_with(refused, "stance")
    assert (again["mots"], again["number"]) == (["ailleurs"], ["C-999"])
    assert (len(ticks_of(too_long)), ticks_of(too_long)[0]) == (60, (passages[0], " checked"))
    assert done.headers["Location"] == at("recommendation", consultation, 1) + "?mots=ailleurs"
    shown = client.get(done.headers["Location"])
    assert [str(one) for one in shown.context["messages"]] == ["2\u00a0citations ajoutées à R-01."]


def test_a_refused_citation_names_what_is_no_longer_shown_and_keeps_the_rest(
    client, consultation, recommendation, contribution, topic, other_participant, organiser
):
    other = contributions.post_contribution(topic, body="Non, un guide ne sert à rien.", by=other_participant)
    [kept], [gone] = passages_of(contribution, 1), passages_of(other, 1)
    contributions.withdraw_contribution(other, by=other_participant)
    client.force_login(organiser)

    refused = client.post(at("cite", consultation, 1), {"stance": "supports", "extracts": [kept.pk, gone.pk]})

    assert f"{other.ref} n’est plus affichée" in reading.words(refused)
    assert ticks_of(refused) == [(str(kept.pk), " checked")]
    assert not Evidence.objects.exists()


def test_citing_more_passages_asks_the_database_one_lock_and_one_draft(contribution, recommendation, organiser):
    passages = passages_of(contribution, 21)

    def cite(some):
        with CaptureQueriesContext(connection) as queries:
            writing.cite_all(recommendation, extracts=some, stance="supports", by=organiser)
        return len(queries)

    cite(passages[:1])

    # a row and its line of the journal for each
    assert cite(passages[4:21]) - cite(passages[1:4]) == 2 * 14


def test_a_recommendation_shows_its_citations_in_pages(client, consultation, recommendation, contribution, organiser):
    writing.cite_all(recommendation, extracts=passages_of(contribution, 61), stance="supports", by=organiser)
    client.force_login(organiser)

    first = client.get(at("recommendation", consultation, 1)).text
    address = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = client.get(at("recommendation", consultation, 1) + address).text

    assert [page.count('class="evidence"') for page in (first, second)] == [60, 1]


def test_an_unknown_number_is_an_error_beside_the_field(client, consultation, recommendation, organiser):
    client.force_login(organiser)

    answer = client.post(at("cite", consultation, 1), {"stance": "supports", "number": "C-999"})

    assert answer.status_code == 422
    assert "Aucune contribution publiée ne porte ce numéro" in answer.content.decode()


def test_publishing_without_support_says_which_ones(client, consultation, synthesis, organiser):
    client.force_login(organiser)

    answer = client.post(at("publish", consultation, 1), {"note": ""})

    assert answer.status_code == 422
    assert "R-01" in answer.content.decode()
    assert not SynthesisVersion.objects.exists()


def test_a_synthesis_is_made_arranged_and_published_by_plain_forms(
    client, consultation, recommendation, extract, open_phase, organiser
):
    client.force_login(organiser)
    writing.cite(recommendation, extract=extract, stance="supports", by=organiser)

    frame = {"title": "Bilan", "kind": "final", "phases": [open_phase.pk], "introduction": "", "method": ""}
    client.post(at("manage", consultation), frame)
    client.post(at("add_section", consultation, 1), {"title": "Un", "body": ""})
    client.post(at("add_section", consultation, 1), {"title": "Deux", "body": ""})
    synthesis = Synthesis.objects.get()
    _first, second = synthesis.sections.all()
    client.post(at("arrange", consultation, second.pk), {"acte": "monter"})
    client.post(at("arrange", consultation, second.pk), {"acte": "placer", "recommendation": recommendation.pk})
    answer = client.post(at("publish", consultation, 1), {"note": "Première version"})

    assert [section.title for section in synthesis.sections.all()] == ["Deux", "Un"]
    assert answer.status_code == 302
    version = SynthesisVersion.objects.get()
    assert version.note == "Première version"
    assert "Bilan" in client.get(at("read", consultation, 1)).content.decode()


def test_the_corpus_asks_the_same_of_the_database_for_one_and_three(
    client, consultation, topic, participant, organiser, count_queries
):
    client.force_login(organiser)
    contributions.post_contribution(topic, body="Un.", by=participant)
    with_one = count_queries(lambda: client.get(at("corpus", consultation)))
    for words in ("Deux.", "Trois."):
        contributions.post_contribution(topic, body=words, by=participant)

    assert count_queries(lambda: client.get(at("corpus", consultation))) == with_one


def test_the_team_reads_the_line_ends_of_a_quote(client, consultation, recommendation, topic, participant, organiser):
    source = contributions.post_contribution(topic, body="Merci.\n--\nC. <M>.", by=participant)
    writing.cite(recommendation, contribution=source, stance="supports", by=organiser)
    client.force_login(organiser)

    page = client.get(at("recommendation", consultation, recommendation.number)).content.decode()

    assert '<blockquote dir="auto">Merci.<br>--<br>C. &lt;M&gt;.</blockquote>' in page


def test_hostile_words_are_words_on_the_page(client, consultation, recommendation, topic, participant, organiser):
    from concertation.syntheses.publishing.actions import publish_synthesis

    words = '<script>alert(1)</script> `{=typst}` #read("/etc/passwd") \\input{/etc/passwd}'
    source = contributions.post_contribution(topic, body=words, by=participant)
    writing.cite(recommendation, contribution=source, stance="supports", by=organiser)
    synthesis = writing.create_synthesis(consultation, title="<b>Titre</b>", by=organiser)
    section = writing.add_section(synthesis, title="<i>Un</i>", by=organiser)
    writing.place_recommendation(section, recommendation=recommendation, by=organiser)
    publish_synthesis(synthesis, by=organiser)

    page = client.get(at("read", consultation, 1)).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<b>Titre" not in page


def test_words_that_are_gone_are_not_offered_for_citation(client, consultation, recommendation, extract, organiser):
    client.force_login(organiser)
    address = at("recommendation", consultation, 1)
    assert extract.quote in client.get(address, {"mots": "\x00"}).content.decode()

    source = extract.contribution
    contributions.withdraw_contribution(source, by=source.author.user)

    assert extract.quote not in client.get(address).content.decode()


def test_a_link_to_a_synthesis_tells_others_what_it_is_once_it_is_published(client, synthesis, organiser, version):
    address = f"/c/innovation-urbaine/syntheses/{synthesis.number}/"
    assert f'property="og:title" content="{synthesis.title}"' in client.get(address).text

    client.force_login(organiser)

    assert "og:title" not in client.get(f"{address}?projet=1").text
