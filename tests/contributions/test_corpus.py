"""The corpus as a file: complete for those who analyse, empty of what nobody may read any more."""

import csv
import dataclasses
import io
import threading
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from concertation.accounts.actions import rename_user
from concertation.accounts.models import User
from concertation.consultations.models import Membership, Topic
from concertation.documents import spreadsheets
from concertation.documents.cells import Value, stamp
from concertation.documents.table_files import FORMATS
from concertation.jobs.actions import MOST_UNFINISHED, claim_job
from concertation.jobs.models import Job
from concertation.jobs.tasks import run_job
from concertation.journal.models import JournalEntry
from concertation.live.models import Event
from contributions import corpus
from contributions.actions import Entry, add_keyword, bulk_enter, react, tag_contribution, withdraw_contribution
from contributions.actions.moderation import hide_contribution
from contributions.corpus_files import WITH_NAMES, export_corpus
from contributions.models import Contribution
from tests.jobs.worker import run_jobs

from .conftest import Post

pytestmark = pytest.mark.django_db
FILE = "/c/innovation-urbaine/organiser/exports/corpus.csv"


def exported(user: User, extension: str = "csv", purpose: str = "") -> bytes:
    client = Client()
    client.force_login(user)
    started = client.post(FILE.replace("csv", extension), {"noms": "oui", "finalite": purpose} if purpose else {})
    assert started.status_code == 303
    run_jobs()
    response = client.get(f"{started['Location']}fichier/")
    assert response.status_code == 200
    return response.getvalue()


def lines(user: User) -> list[dict[str, str]]:
    text = exported(user, purpose="Analyse").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def test_only_the_team_takes_the_corpus_away(
    client: Client, contribution: Contribution, participant: User, director: User
) -> None:
    assert client.get(FILE).status_code == 302
    for user in (participant, director):
        client.force_login(user)
        assert client.get(FILE).status_code == 403
        assert client.get("/c/innovation-urbaine/organiser/exports/").status_code == 403


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_nothing_is_written_while_somebody_waits(
    client: Client, contribution: Contribution, organiser: User, extension: str
) -> None:
    client.force_login(organiser)
    started = client.post(FILE.replace("csv", extension))
    again = client.post(FILE.replace("csv", extension))
    job = Job.objects.get()

    assert (started.status_code, started["Location"]) == (303, f"/compte/exports/{job.pk}/")
    assert (again["Location"], job.state, job.file.name) == (started["Location"], "queued", "")
    assert client.get(started["Location"] + "fichier/")["Location"] == started["Location"]
    assert exported(organiser, extension)


def test_a_former_link_leads_to_the_page_of_exports(
    client: Client, contribution: Contribution, organiser: User
) -> None:
    client.force_login(organiser)

    assert client.get(FILE)["Location"] == "/c/innovation-urbaine/organiser/exports/"
    assert not Job.objects.exists()


def test_an_export_too_many_is_refused_on_the_page(client: Client, topic: Topic, organiser: User) -> None:
    for number in range(MOST_UNFINISHED):
        Job.objects.create(kind="contributions.corpus", key=str(number), owner=organiser)
    client.force_login(organiser)

    refused = client.post(FILE)

    assert (refused.status_code, "déjà en préparation" in refused.text) == (429, True)


def test_the_file_is_for_its_owner_while_the_role_lasts(
    client: Client, contribution: Contribution, organiser: User, administrator: User, now: datetime
) -> None:
    exported(organiser)
    link = f"/compte/exports/{Job.objects.get().pk}/fichier/"
    assert client.get(link).status_code == 302
    client.force_login(administrator)
    assert client.get(link).status_code == 404

    client.force_login(organiser)
    answer = client.get(link)
    assert answer["Content-Disposition"] == 'attachment; filename="corpus-innovation-urbaine.csv"'
    assert ("no-store" in answer["Cache-Control"], answer["X-Content-Type-Options"]) == (True, "nosniff")
    Membership.objects.filter(user=organiser).delete()
    assert client.get(link).status_code == 403


@pytest.mark.parametrize("act", ["hidden", "withdrawn"])
def test_a_file_made_before_a_text_was_removed_is_not_given(
    client: Client, contribution: Contribution, participant: User, moderator: User, organiser: User, act: str
) -> None:
    assert "Il manque" in exported(organiser).decode("utf-8-sig")
    job = Job.objects.get()
    path = job.file.name
    if act == "hidden":
        hide_contribution(contribution, reason=contribution.consultation.reasons.first(), by=moderator)
    else:
        withdraw_contribution(contribution, by=participant)
    client.force_login(organiser)

    assert "n’est plus à jour" in client.get(f"/compte/exports/{job.pk}/").text
    answer = client.get(f"/compte/exports/{job.pk}/fichier/")

    job.refresh_from_db()
    assert (answer.status_code, job.state, job.file.name) == (302, "expired", "")
    assert path
    assert "Il manque" not in exported(organiser).decode("utf-8-sig")


@pytest.mark.parametrize("act", ["hidden", "withdrawn"])
def test_the_open_page_of_a_file_re_fetches_itself_when_a_text_is_removed(
    contribution: Contribution, participant: User, moderator: User, organiser: User, act: str
) -> None:
    exported(organiser)
    events = Event.objects.filter(obj=f"job:{Job.objects.get().pk}")
    before = events.count()

    if act == "hidden":
        hide_contribution(contribution, reason=contribution.consultation.reasons.first(), by=moderator)
    else:
        withdraw_contribution(contribution, by=participant)

    assert events.count() == before + 1


def test_a_file_asked_for_again_while_a_text_is_hidden_is_made_without_it(
    contribution: Contribution, topic: Topic, moderator: User, organiser: User, now: datetime
) -> None:
    job = export_corpus(topic.phase.consultation, "csv", by=organiser)
    claim_job(job.pk, now=now)
    hide_contribution(contribution, reason=contribution.consultation.reasons.first(), by=moderator)

    assert "Il manque" not in exported(organiser).decode("utf-8-sig")
    assert Job.objects.get() == job


def test_a_line_says_all_that_the_row_says(
    topic: Topic, post: Post, other_participant: User, moderator: User, organiser: User, now: datetime
) -> None:
    nature = topic.phase.natures.first()
    stakes = [topic.phase.consultation.stakes.create(label=label) for label in ("Sobriété", "Un | deux")]
    root = post("Deux\nlignes", title="Lieux", nature=nature, stakes=stakes)
    reply = post("Oui", parent=root, by=other_participant)
    react(root, kind="agree", by=other_participant)
    names = ("Réemploi", "Chantier")
    tag_contribution(
        root, keywords=[add_keyword(root.consultation, name=name, by=moderator) for name in names], by=moderator
    )

    first, second = lines(organiser)
    assert list(first) == list(corpus.COLUMNS)
    expected: dict[str, Any] = {
        "numero": "1",
        "thematique": "Expérimenter",
        "titre": "Lieux",
        "texte": "Deux\nlignes",
        "nature": nature.code,
        "enjeux": "Sobriété | Un \\| deux",
        "mots_cles": "Chantier | Réemploi",
        "auteur": "Participante",
        "territoire_code": "region:11",
        "parle_pour": "non",
        "origine": "en_ligne",
        "etat": "publiee",
        "accord": "1",
        "cle": "innovation-urbaine:c1",
    }
    assert {key: first[key] for key in expected} == expected
    assert (second["en_reponse_a"], second["texte"], second["numero"]) == ("1", "Oui", str(reply.number))
    assert first["publie_le"] == stamp(now)


def test_no_address_and_no_hidden_or_withdrawn_word_is_in_it(
    contribution: Contribution,
    reply: Contribution,
    post: Post,
    other_participant: User,
    moderator: User,
    organiser: User,
) -> None:
    hide_contribution(contribution, reason=contribution.consultation.reasons.first(), by=moderator)
    withdraw_contribution(reply, by=other_participant)
    post("Reste.")

    text = exported(organiser).decode()
    assert ("@" in text, "Il manque" in text, "pour qui" in text, "Reste." in text) == (False, False, False, True)
    hidden, withdrawn, _stays = lines(organiser)
    assert (hidden["etat"], hidden["auteur"], hidden["titre"]) == ("masquee", "", "")
    assert (withdrawn["etat"], withdrawn["en_reponse_a"]) == ("retiree", "1")


@pytest.mark.parametrize("hostile", ["=HYPERLINK(1)", "+1", "-1", "@x", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201"])
def test_words_never_become_a_formula(post: Post, organiser: User, hostile: str) -> None:
    post(hostile, title=hostile)

    [line] = lines(organiser)
    assert (line["texte"], line["titre"]) == (f"'{hostile}", f"'{hostile}")
    [row] = spreadsheets.read("corpus.xlsx", exported(organiser, "xlsx"), corpus.COLUMNS)
    assert row.cells["texte"] == hostile


def test_both_formats_hold_the_same_cells_and_the_same_bytes_each_time(
    contribution: Contribution, reply: Contribution, organiser: User
) -> None:
    of_csv = spreadsheets.read("corpus.csv", exported(organiser, purpose="Analyse"), corpus.COLUMNS)
    of_xlsx = spreadsheets.read("corpus.xlsx", exported(organiser, "xlsx", "Analyse"), corpus.COLUMNS)

    assert [row.cells for row in of_csv] == [row.cells for row in of_xlsx]
    assert exported(organiser, "xlsx", "Analyse") == exported(organiser, "xlsx", "Analyse")


def test_a_file_has_no_names_and_a_key_for_each_author_that_no_other_file_has(
    contribution: Contribution, post: Post, other_participant: User, organiser: User
) -> None:
    post("Encore.")
    post("Autre.", by=other_participant)

    files = [spreadsheets.read("c.csv", exported(organiser), corpus.COLUMNS) for _ in range(2)]
    (first, second, third), (again, *_rest) = ([row.cells for row in rows] for rows in files)
    assert [cells["auteur"] for cells in (first, second, third)] == ["", "", ""]
    assert first["auteur_cle"] == second["auteur_cle"] != third["auteur_cle"]
    assert again["auteur_cle"] != first["auteur_cle"]
    assert not JournalEntry.objects.filter(verb=WITH_NAMES).exists()


def test_names_are_in_a_file_for_a_purpose_that_the_journal_tells(
    client: Client, contribution: Contribution, organiser: User
) -> None:
    client.force_login(organiser)
    refused = client.post(FILE, {"noms": "oui", "finalite": " "})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["finalite"])
    assert not Job.objects.exists()

    text = exported(organiser, purpose="Thèse sur le débat")

    assert "Participante" in text.decode()
    entry = JournalEntry.objects.get(verb=WITH_NAMES)
    assert (entry.actor_id, entry.details) == (organiser.pk, {"format": "CSV", "purpose": "Thèse sur le débat"})
    assert "Thèse sur le débat" in client.get("/c/innovation-urbaine/journal/").text


@pytest.mark.parametrize("values", [[], ["a"], ["a | b", "c\\d", "\\|"], ["é", "|"]])
def test_several_values_in_one_cell_are_read_back(values: list[str]) -> None:
    assert corpus.split(corpus.joined(values)) == values


def test_counts_of_here_and_of_before_are_added(
    topic: Topic, participant: User, other_participant: User, organiser: User
) -> None:
    row = Entry(topic=topic, author=participant.participations.get(), body="Texte", imported={"agree": 25})
    [written] = bulk_enter(topic.phase.consultation, [row], by=organiser)
    react(Contribution.objects.get(pk=written.pk), kind="agree", by=other_participant)

    [line] = lines(organiser)
    assert (line["accord"], line["desaccord"]) == ("26", "0")


def test_a_longer_corpus_asks_no_more_queries(
    topic: Topic, post: Post, organiser: User, django_assert_max_num_queries: Any
) -> None:
    for n in range(6):
        post(f"Texte {n}")

    export_corpus(topic.phase.consultation, "csv", by=organiser)

    with django_assert_max_num_queries(26):
        run_jobs()


@pytest.mark.django_db(transaction=True)
def test_others_write_between_the_lines_of_an_export(
    post: Post, participant: User, organiser: User, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite, a statement that is still being read keeps its connection from writing once others have written."""
    monkeypatch.setattr(corpus, "CHUNK", 2)
    monkeypatch.setattr("concertation.jobs.progress.EVERY", timedelta(0))
    for number in range(6):
        post(f"Texte {number}")
    job = export_corpus(topic.phase.consultation, "csv", by=organiser)
    written = []

    def write_as_another_process() -> None:
        rename_user(participant, display_name=f"Nadia {len(written)}", by=participant)
        connection.close()

    def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
        for row in rows:
            thread = threading.Thread(target=write_as_another_process)
            thread.start()
            thread.join()
            written.append(row)
        return b""

    monkeypatch.setitem(FORMATS, "csv", dataclasses.replace(FORMATS["csv"], write=write_csv))
    run_job.call(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error, job.attempts, len(written)) == ("done", "", 1, 6)
