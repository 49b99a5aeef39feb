"""The pages of a person's jobs: theirs alone, with how far each is, and a link that ends."""

import pytest
from django.test import Client

from concertation.jobs.actions import MOST_UNFINISHED, claim_job, fail_job, purge_expired, record_progress
from concertation.jobs.models import Job
from tests.reading import words

from .worker import run_jobs

pytestmark = pytest.mark.django_db
LIST = "/compte/exports/"


@pytest.fixture
def owner(participant):
    client = Client()
    client.force_login(participant)
    return client


def at(job, rest=""):
    return f"{LIST}{job.pk}/{rest}"


def test_a_job_is_its_owners_alone(client, job, owner, administrator, other_participant):
    run_jobs()
    assert client.get(at(job)).status_code == 302
    for other in (administrator, other_participant):
        client.force_login(other)
        assert [client.get(at(job, rest)).status_code for rest in ("", "fichier/")] == [404, 404]
        assert "Aucun export" in words(client.get(LIST))

    assert [owner.get(at(job, rest)).status_code for rest in ("", "fichier/")] == [200, 200]
    assert "Un essai" in words(owner.get(LIST))


def test_the_page_says_how_far_the_job_is(owner, job, now):
    assert "En attente" in words(owner.get(at(job)))

    running = claim_job(job.pk, now=now)
    record_progress(running, done=300, total=1200, now=now)
    page = owner.get(at(job))
    assert "En préparation 300 / 1 200" in words(page).replace("\u202f", " ").replace("\xa0", " ")
    assert '<progress value="300" max="1200"' in page.text
    assert f'href="{at(job)}"' in page.text
    assert owner.get(at(job, "fichier/"))["Location"] == at(job)


def test_the_page_of_a_job_that_is_done_gives_its_file(owner, job):
    run_jobs()

    page = owner.get(at(job))
    assert f'href="{at(job, "fichier/")}"' in page.text
    assert "Votre fichier est prêt." in words(page)
    answer = owner.get(at(job, "fichier/"))
    assert (answer.getvalue(), answer["Content-Type"]) == (b"a;b", "text/csv; charset=utf-8")
    assert answer["Content-Disposition"] == 'attachment; filename="essai.csv"'
    assert ("no-store" in answer["Cache-Control"], answer["X-Content-Type-Options"]) == (True, "nosniff")


def test_whoever_may_not_read_it_any_more_is_refused(owner, job, made):
    run_jobs()
    made.readers = []

    assert [owner.get(at(job, rest)).status_code for rest in ("", "fichier/")] == [403, 403]


def test_a_file_that_has_become_stale_is_not_given(owner, job, made):
    run_jobs()
    made.stamp = "1"

    page = owner.get(at(job))
    assert "Ce fichier n’est plus à jour Des textes qu’il contenait ont été retirés ou masqués" in words(page)
    assert ("Votre fichier est prêt" in words(page), "fichier/" in page.text) == (False, False)
    assert owner.get(at(job, "fichier/"))["Location"] == at(job)
    assert "Ce fichier a été supprimé" in words(owner.get(at(job)))


@pytest.mark.parametrize("is_asked_for_first", [False, True])
def test_the_page_of_a_stale_file_prepares_it_anew(owner, job, made, is_asked_for_first):
    run_jobs()
    made.stamp, made.content = "1", b"a"
    if is_asked_for_first:
        owner.get(at(job, "fichier/"))
    assert "Préparer à nouveau" in words(owner.get(at(job)))

    location = owner.post(at(job))["Location"]
    assert (location != at(job), owner.post(at(job))["Location"]) == (True, location)
    run_jobs()

    assert owner.get(f"{location}fichier/").getvalue() == b"a"
    assert "Préparer à nouveau" not in words(owner.get(location))


def test_a_file_too_many_is_refused_on_its_page(owner, job, made, start, participant):
    run_jobs()
    made.stamp = "1"
    for number in range(MOST_UNFINISHED):
        start(by=participant, key=str(number))

    refused = owner.post(at(job))

    assert (refused.status_code, "déjà en préparation" in words(refused)) == (429, True)
    assert Job.objects.filter(key=job.key).count() == 1


def test_a_job_is_prepared_anew_by_its_owner_alone(client, job, made, other_participant):
    run_jobs()
    made.stamp = "1"
    client.force_login(other_participant)

    assert client.post(at(job)).status_code == 404
    assert Job.objects.count() == 1


def test_an_expired_link_leads_to_the_page_that_says_so(owner, job):
    run_jobs()
    purge_expired(Job.objects.get().expires_at)

    assert owner.get(at(job, "fichier/"))["Location"] == at(job)
    assert "Ce fichier a été supprimé" in words(owner.get(at(job)))


def test_a_job_that_failed_says_why_and_leads_back(owner, start, participant, now):
    job = start(by=participant, asked_on="/c/innovation-urbaine/organiser/exports/")
    fail_job(claim_job(job.pk, now=now), "Cette concertation n’existe plus.", now=now)

    page = owner.get(at(job))
    assert "Cette concertation n’existe plus." in words(page)
    assert 'href="/c/innovation-urbaine/organiser/exports/"' in page.text


def test_the_list_asks_the_same_of_the_database_for_one_and_three(owner, job, start, participant, count_queries):
    with_one = count_queries(lambda: owner.get(LIST))
    for key in ("b", "c"):
        start(by=participant, key=key)

    assert count_queries(lambda: owner.get(LIST)) == with_one
