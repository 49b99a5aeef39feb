"""The style page and the frame that it shares with every other page."""

import re

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.views.defaults import bad_request, page_not_found, permission_denied, server_error

from concertation.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    person = User.objects.create_user("style@example.org", display_name="Anne Roux", is_staff=True)
    client.force_login(person)
    return person


def anonymous(path="/style/"):
    """A request as the middleware leaves it for someone who is not logged in."""
    request = RequestFactory().get(path)
    request.user = type("Anonymous", (), {"is_authenticated": False, "is_staff": False})()
    request._messages = CookieStorage(request)
    return request


def test_a_visitor_finds_no_style_page(client):
    assert client.get(reverse("pages:style")).status_code == 404


def test_a_participant_finds_no_style_page(client):
    client.force_login(User.objects.create_user("claire@example.org", display_name="Claire"))

    assert client.get(reverse("pages:style")).status_code == 404


def test_staff_see_every_component_of_the_page(client, staff):
    page = client.get("/style/")

    assert page.status_code == 200
    assert page.content.decode().count('<section class="section') == 8


def test_no_identifier_is_given_twice(client, staff):
    ids = re.findall(r'\sid="([^"]+)"', client.get("/style/").content.decode())

    assert sorted(ids) == sorted(set(ids))


def test_every_description_of_a_field_exists(client, staff):
    html = client.get("/style/").content.decode()
    ids = set(re.findall(r'\sid="([^"]+)"', html))
    described = {name for names in re.findall(r'aria-describedby="([^"]+)"', html) for name in names.split()}

    assert described
    assert described - ids == set()


def test_an_error_stands_beside_its_field_and_marks_it(client, staff):
    html = client.get("/style/").content.decode()
    field = re.search(r'<input type="text" name="title"[^>]*id="wrong_title"[^>]*>', html).group()

    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="wrong_title_helptext wrong_title_error"' in field
    assert '<a href="#wrong_title">Titre</a>' in html


def test_a_choice_keeps_the_label_of_its_group(client, staff):
    html = client.get("/style/").content.decode()

    assert re.search(r"<fieldset[^>]*>\s*<legend[^>]*>Vous vous exprimez", html)


def test_the_frame_gives_an_anonymous_reader_no_cookie_and_no_token():
    response = render(anonymous(), "404.html", status=404)

    assert response.cookies == {}
    assert "csrfmiddlewaretoken" not in response.content.decode()


def test_the_frame_asks_an_anonymous_reader_for_no_csrf_cookie():
    request = anonymous()

    render(request, "404.html")

    assert "CSRF_COOKIE_NEEDS_UPDATE" not in request.META


def test_someone_logged_in_can_log_out_by_post_alone(client, staff):
    html = client.get("/style/").content.decode()
    logout = re.search(r'<form method="post" action="([^"]+)">(?:(?!</form>).)*Se déconnecter', html, re.DOTALL)

    assert logout is not None
    assert "csrfmiddlewaretoken" in logout.group()


def test_the_first_links_skip_to_the_content_and_the_footer():
    html = render(anonymous(), "404.html").content.decode()
    skip = re.search(r'<ul class="skip-links">.*?</ul>', html, re.DOTALL).group()
    targets = re.findall(r'href="#([\w-]+)"', skip)

    assert targets == ["contenu", "pied"]
    assert all(f'id="{target}"' in html for target in targets)


def test_a_message_is_a_notice_and_one_that_can_be_undone_is_a_toast():
    request = anonymous()
    storage = get_messages(request)
    storage.add(25, "Votre contribution est publiée.")
    storage.add(25, "La contribution est masquée.", extra_tags="undo:/c/ville/annuler/12/")

    html = render(request, "404.html").content.decode()

    assert re.search(r'<div\s+class="notice notice--success">(?:(?!</div>).)*est publiée', html, re.DOTALL)
    assert re.search(r'<div class="toast" data-undo>(?:(?!</div>).)*action="/c/ville/annuler/12/"', html, re.DOTALL)


def test_a_message_is_escaped():
    request = anonymous()
    get_messages(request).add(25, "<b>gras</b>")

    assert "<b>gras</b>" not in render(request, "404.html").content.decode()


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (lambda request: bad_request(request, ValueError()), 400, "Demande mal formée"),
        (lambda request: permission_denied(request, PermissionDenied()), 403, "Cet acte ne vous est pas ouvert"),
        (lambda request: page_not_found(request, ValueError()), 404, "Page introuvable"),
        (server_error, 500, "Le site a rencontré une erreur"),
    ],
)
def test_each_refusal_has_a_page_that_says_what_to_do(answer, status, words):
    response: HttpResponse = answer(anonymous())

    assert response.status_code == status
    assert f"<h1>{words}</h1>" in response.content.decode()


def test_a_partial_does_not_take_the_variables_of_the_page_for_its_own():
    html = render_to_string("components/button.html", {"label": "Publier", "form": "<form>", "title": "Non"})

    assert html.count("form=") == 0


def test_the_menu_of_a_concertation_says_where_one_is():
    class Consultation:
        slug = "ville"
        title = "Place de l’innovation urbaine"
        logo = None

    html = render_to_string("components/concertation_nav.html", {"consultation": Consultation(), "section": "debat"})

    assert re.findall(r'aria-current="page">([^<]+)<', html) == ["Débat"]
