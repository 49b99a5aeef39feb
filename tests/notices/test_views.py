import re

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.urls import reverse

from concertation.accounts.models import User
from concertation.notices.models import Notice

LIST = "/compte/notifications/"


@pytest.fixture
def notice(person):
    return tell(person)


def tell(person, number=142):
    return Notice.objects.create(
        person=person,
        kind="contribution.hidden",
        object_label=f"contributions.contribution:{number}",
        title=f"Votre contribution C-{number} a été masquée",
        text="Elle nomme <b>une personne</b>.",
        url=f"/c/ville/contributions/{number}/",
    )


def test_a_visitor_is_asked_to_identify(client, db):
    response = client.get(LIST)

    assert (response.status_code, response.url) == (302, f"{reverse('accounts:identify')}?next={LIST}")


def test_a_person_sees_only_what_was_said_to_them(client, notice):
    client.force_login(User.objects.create_user("autre@exemple.fr"))

    assert "C-142" not in client.get(LIST).content.decode()


def test_a_notice_is_listed_with_its_link_and_its_words_as_text(client, notice):
    client.force_login(notice.person)

    page = client.get(LIST).content.decode()

    assert (
        '<a href="/c/ville/contributions/142/"><bdi>Votre contribution <span class="nowrap">C-142</span> '
        "a été masquée</bdi></a>" in page
    )
    assert "Elle nomme &lt;b&gt;une personne&lt;/b&gt;." in page
    assert "1 notification n’est pas encore lue." in page


def test_nobody_marks_the_notice_of_another_person(client, notice):
    client.force_login(User.objects.create_user("autre@exemple.fr"))

    assert client.post(f"{LIST}{notice.pk}/lue/").status_code == 404


def test_a_link_that_is_followed_changes_nothing(client, notice):
    client.force_login(notice.person)

    assert client.get(f"{LIST}{notice.pk}/lue/").status_code == 405


def test_a_notice_is_marked_as_read(client, notice):
    client.force_login(notice.person)

    response = client.post(f"{LIST}{notice.pk}/lue/", follow=True)

    notice.refresh_from_db()
    assert notice.read_at is not None
    assert "Vous avez tout lu." in response.content.decode()


def test_all_are_marked_as_read_at_once(client, person):
    tell(person, 1)
    tell(person, 2)
    client.force_login(person)

    client.post(f"{LIST}toutes-lues/")

    assert not person.notices.unread().exists()


def test_the_list_costs_the_same_for_one_and_for_three(client, person, count_queries):
    client.force_login(person)
    tell(person, 1)
    one = count_queries(lambda: client.get(LIST))
    tell(person, 2)
    tell(person, 3)

    assert count_queries(lambda: client.get(LIST)) == one


def test_a_server_shows_no_mails(client, db, settings):
    settings.DEBUG = False

    assert client.get("/dev/courriels/").status_code == 404


def test_development_shows_the_mails_of_its_folder_with_links_to_follow(client, db, settings, tmp_path):
    settings.DEBUG, settings.MAIL_DIR, settings.EMAIL_FILE_PATH = True, tmp_path, str(tmp_path)
    connection = mail.get_connection("django.core.mail.backends.filebased.EmailBackend")
    text = "Bonjour <script>,\nhttps://example.fr/invitation/1/"
    for to in ("claire@exemple.fr", "karim@exemple.fr"):
        message = EmailMessage("Votre invitation à Évry", text, to=[to], connection=connection)
        message.attach("atelier.ics", "SUMMARY:Été", "text/calendar")
        message.send()

    page = client.get("/dev/courriels/").content.decode()

    assert re.findall(r"À (\S+@exemple.fr)", page) in (
        ["karim@exemple.fr", "claire@exemple.fr"],
        ["claire@exemple.fr", "karim@exemple.fr"],
    )
    assert "Votre invitation à Évry" in page
    assert "Bonjour &lt;script&gt;" in page
    assert '<a href="https://example.fr/invitation/1/" rel="nofollow">' in page
    assert "SUMMARY:Été" in page


def test_development_without_mails_says_so(client, db, settings, tmp_path):
    settings.DEBUG, settings.MAIL_DIR = True, tmp_path / "nothing"

    assert "Aucun courriel" in client.get("/dev/courriels/").content.decode()


def test_the_next_page_passes_over_nothing_and_reading_one_stays_on_its_page(client, person, monkeypatch):
    monkeypatch.setattr("concertation.notices.views.PAGE", 2)
    told = [tell(person, number) for number in range(5)][::-1]
    client.force_login(person)
    first = client.get(LIST)
    tell(person, 9)
    told[0].delete()

    second = client.get(LIST + first.context["page"].next)
    read = client.post(f"{LIST}{told[2].pk}/lue/{first.context['page'].next}")

    assert list(second.context["page"].rows) == told[2:4]
    assert read["Location"] == LIST + first.context["page"].next
