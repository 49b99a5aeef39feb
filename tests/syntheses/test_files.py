"""The files of a published version: made once by a job, given as they are, gone when a quote of theirs is."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from concertation.consultations.actions import edit_phase
from concertation.documents import version_files
from concertation.documents.export import FORMATS, Exported
from concertation.documents.labels import FIRST
from concertation.documents.version_files import FINGERPRINT
from concertation.jobs.actions import purge_expired
from concertation.jobs.models import Job
from concertation.notices.due import run_due_work
from concertation.syntheses.publishing.actions import publish_synthesis
from concertation.syntheses.publishing.files import FILES
from concertation.syntheses.publishing.reading import readable_document
from concertation.syntheses.writing import actions as writing
from contributions import actions as contributions
from contributions.actions.moderation import hide_contribution, restore_contribution
from tests.jobs.worker import run_jobs
from tests.personas import DAY
from tests.reading import words

pytestmark = pytest.mark.django_db
WORDS = "renonce"


@pytest.fixture
def renderings(monkeypatch):
    """What was rendered so far, in a form that can be searched; no program runs."""
    done = []

    def export(document, fmt):
        done.append(fmt)
        return Exported(str(document).encode(), "text/plain", fmt)

    monkeypatch.setattr(version_files, "export", export)
    return done


@pytest.fixture
def hidden(consultation, contribution, moderator):
    """Hide and show the quoted contribution."""

    def act(hide=True):
        reason = consultation.reasons.filter(use="hide" if hide else "restore").first()
        change = hide_contribution if hide else restore_contribution
        change(contribution, reason=reason, message="Après relecture.", by=moderator)

    return act


@pytest.fixture
def download(client, consultation):
    def get(fmt="pdf"):
        return client.get(reverse("syntheses:download", args=[consultation.slug, 1, FIRST, fmt]))

    return get


def files():
    return {job.file.name for job in Job.objects.of_kind("syntheses.file") if job.file}


def test_publishing_starts_a_job_for_each_format_and_readers_start_none(renderings, version, download):
    assert Job.objects.count() == DBTaskResult.objects.filter(queue_name="jobs").count() == len(FORMATS)

    answer = download()
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "10", "no-store")
    assert "Ce fichier est en préparation" in words(answer)
    assert f'href="{answer.wsgi_request.path}"' in answer.text
    assert renderings == []
    assert Job.objects.count() == len(FORMATS)

    run_jobs()
    assert sorted(renderings) == sorted(FORMATS)
    for _reader in range(3):
        assert {download(fmt).status_code for fmt in FORMATS} == {200}
    assert len(renderings) == len(FORMATS)


def test_a_refused_publication_starts_nothing(synthesis, organiser):
    with pytest.raises(ValidationError, match="R-01"):
        publish_synthesis(synthesis, by=organiser)

    assert not Job.objects.exists()


def test_files_do_not_expire(renderings, version, download, now):
    run_jobs()
    purge_expired(now + 400 * DAY)
    FILES.refresh_all(now + 400 * DAY)

    assert (download().status_code, len(renderings)) == (200, len(FORMATS))


@pytest.mark.parametrize("act", ["hidden", "withdrawn", "closed"])
def test_words_that_are_removed_are_never_given_from_a_former_file(
    renderings, version, contribution, participant, organiser, hidden, download, act, django_capture_on_commit_callbacks
):
    run_jobs()
    assert WORDS in download().getvalue().decode()
    former = files()

    with django_capture_on_commit_callbacks(execute=True):
        if act == "hidden":
            hidden()
        elif act == "withdrawn":
            contributions.withdraw_contribution(contribution, by=participant)
        else:
            edit_phase(contribution.topic.phase, access="committees", by=organiser)
        # Before the commit, and whatever the worker does, readers get no former file.
        assert download().status_code == 503

    assert [path for path in former if default_storage.exists(path)] == []
    assert download().status_code == 503
    run_jobs()
    for fmt in FORMATS:
        assert WORDS not in download(fmt).getvalue().decode()


def test_words_that_are_shown_again_come_back(renderings, version, hidden, download, now):
    hidden()
    FILES.refresh_all(now)
    run_jobs()
    assert WORDS not in download().getvalue().decode()

    hidden(hide=False)
    assert download().status_code == 503
    FILES.refresh_all(now)
    run_jobs()
    assert WORDS in download().getvalue().decode()


def test_what_no_verb_has_told_is_made_good_by_the_scheduler(renderings, version, hidden, download, now):
    run_jobs()
    hidden()  # its callback after the commit never runs, as when the process dies

    assert "syntheses.files" not in run_due_work(now)
    run_jobs()

    assert WORDS not in download().getvalue().decode()
    assert len(files()) == len(FORMATS)


def test_a_text_hidden_while_its_file_is_rendered_is_in_no_file(
    renderings, version, hidden, download, monkeypatch, now
):
    rendered = version_files.export

    def hide_meanwhile(document, fmt):
        made = rendered(document, fmt)
        hidden()
        FILES.refresh_all(now)
        return made

    pdf = Job.objects.get(arguments__format="pdf")
    Job.objects.exclude(pk=pdf.pk).delete()
    monkeypatch.setattr(version_files, "export", hide_meanwhile)
    run_jobs()

    assert not Job.objects.filter(pk=pdf.pk).exists()
    assert files() == set()
    assert download().status_code == 503


def test_a_job_that_comes_too_late_makes_nothing(renderings, version, hidden):
    hidden()

    assert run_jobs() == []
    assert renderings == []


def test_a_file_that_cannot_be_made_is_said_so_and_tried_again_the_day_after(version, download, monkeypatch, now):
    def fail(document, fmt):
        raise RuntimeError("typst")

    with monkeypatch.context() as failing:
        failing.setattr(version_files, "export", fail)
        for _attempt in range(3):
            run_jobs()
    answer = download()
    assert (answer.status_code, "Retry-After" in answer) == (503, False)
    assert "Ce fichier n’a pas pu être préparé" in words(answer)

    FILES.refresh_all(now)
    assert run_jobs() == []
    purge_expired(now + 2 * DAY)
    FILES.refresh_all(now + 2 * DAY)
    run_jobs()
    assert download("json").status_code == 200


def test_each_version_keeps_its_files(renderings, version, synthesis, organiser, client, consultation, now):
    frame = {"title": "Autre titre", "kind": synthesis.kind, "introduction": "Relu.", "method": "", "phases": []}
    writing.edit_synthesis(synthesis, **frame, by=organiser)
    second = publish_synthesis(synthesis, by=organiser)
    FILES.refresh_all(now)
    run_jobs()

    given = [
        client.get(reverse("syntheses:download", args=[consultation.slug, 1, one.label, "md"])).getvalue().decode()
        for one in (version, second)
    ]
    assert ["Autre titre" in content for content in given] == [False, True]
    assert {job.key[:FINGERPRINT] for job in FILES._jobs_of([second])} == {second.sha256}
    assert len({job.key for job in FILES._jobs_of([version, second])}) == 2 * len(FORMATS)


def test_the_data_are_the_document_that_may_be_read(version, download):
    run_jobs()

    given = json.loads(download("json").getvalue())
    assert given["title"] == readable_document(version).title


def test_a_download_asks_the_same_of_the_database_for_one_version_and_three(
    renderings, version, synthesis, organiser, download, count_queries
):
    run_jobs()
    with_one = count_queries(download)
    for text in ("Relu.", "Relu encore."):
        frame = {"title": synthesis.title, "kind": synthesis.kind, "introduction": text, "method": "", "phases": []}
        writing.edit_synthesis(synthesis, **frame, by=organiser)
        publish_synthesis(synthesis, by=organiser)
    run_jobs()

    assert count_queries(download) == with_one
