"""The lists of a consultation in the organiser space."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from concertation.consultations import actions
from concertation.consultations.models import (
    Nature,
    Partner,
    Stake,
    Territory,
)
from concertation.texts.words import sort_key

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LISTS = ["natures", "enjeux", "acteurs", "familles", "territoires", "motifs", "partenaires", "actualites", "documents"]


def test_each_list_is_added_to_and_changed_by_its_form(as_organiser, space, consultation):
    answers = {
        "natures": {"singular": "idée", "plural": "idées", "icon": "need", "colour": "#123456"},
        "enjeux": {"label": "Sobriété"},
        "familles": {"label": "Presse"},
        "acteurs": {"label": "Journaliste", "family": consultation.actor_families.first().pk},
        "territoires": {
            "name": "Grand-Paris",
            "code": "MGP",
            "parent": Territory.objects.get(kind="region", code="11").pk,
        },
        "motifs": {"label": "Spam", "explanation": "Envoi automatique.", "use": "hide"},
        "partenaires": {"name": "Cerema", "role": "Copilote"},
    }
    for name, given in answers.items():
        response = as_organiser.post(f"{space}listes/{name}/ajouter/", given)
        assert (name, response.status_code) == (name, 302)

    assert Nature.objects.get(code="idee").colour == "#123456"
    assert Territory.objects.get(code="MGP").parent.name == "Île-de-France"
    partner = Partner.objects.get()
    as_organiser.post(f"{space}listes/partenaires/{partner.pk}/", {"name": "Cerema", "role": "Appui"})
    assert Partner.objects.get().role == "Appui"


def test_territories_are_listed_and_offered_in_french_order(as_organiser, space):
    names = ["eau", "Écluse", "Îlot", "zéro"]
    for place, name in enumerate(reversed(names)):
        as_organiser.post(f"{space}listes/territoires/ajouter/", {"name": name, "code": f"T{place}"})

    listed = as_organiser.get(f"{space}listes/territoires/").context["rows"]
    form = as_organiser.get(f"{space}listes/territoires/ajouter/").context["form"]

    assert [one.name for one in listed] == names
    offered = [str(label) for _value, label in form.fields["parent"].choices]
    assert sorted(offered[1:], key=sort_key) == offered[1:]


def test_a_word_twice_in_a_list_is_said_beside_the_field(as_organiser, space):
    as_organiser.post(f"{space}listes/enjeux/ajouter/", {"label": "Sobriété"})

    response = as_organiser.post(f"{space}listes/enjeux/ajouter/", {"label": "Sobriété"})

    assert list(response.context["form"].errors) == ["label"]
    assert Stake.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("logo.png", b"<svg onload=alert(1)>"),
        ("logo.svg", b"<svg/>"),
        ("logo.exe", b"MZ"),
        ("logo", b"\x89PNG\r\n\x1a\n"),
        ("logo.png", b"\x89PNG\r\n\x1a\n" + b"0" * 1024 * 1024),
    ],
)
def test_a_logo_that_is_not_what_its_name_says_is_refused(as_organiser, space, name, content, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    response = as_organiser.post(
        f"{space}listes/partenaires/ajouter/", {"name": "Cerema", "logo": SimpleUploadedFile(name, content)}
    )

    assert list(response.context["form"].errors) == ["logo"]
    assert Partner.objects.count() == 0


def test_a_logo_is_kept_shown_and_taken_away(as_organiser, space, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    content = io.BytesIO()
    Image.new("RGB", (20, 10)).save(content, "PNG")
    logo = SimpleUploadedFile("logo.png", content.getvalue())
    as_organiser.post(f"{space}listes/partenaires/ajouter/", {"name": "Cerema", "logo": logo})
    partner = Partner.objects.get()
    shown = as_organiser.get(f"/c/{partner.consultation.slug}/partenaires/{partner.pk}/logo/")
    assert shown["Content-Type"] == "image/png"

    as_organiser.post(f"{space}listes/partenaires/{partner.pk}/", {"name": "Cerema", "role": "", "logo-clear": "on"})

    assert not Partner.objects.get().logo


def test_a_document_is_checked_for_what_it_is(as_organiser, space, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for name, content in [("a.docx", b"PK\x03\x04 tronque"), ("a.pdf", b"%PD"), ("a.html", b"<p>")]:
        refused = as_organiser.post(
            f"{space}listes/documents/ajouter/", {"title": "Rapport", "file": SimpleUploadedFile(name, content)}
        )
        assert (name, list(refused.context["form"].errors)) == (name, ["file"])


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_no_more_queries_for_three_lines_than_for_one(as_organiser, space, consultation, organiser, name):
    from concertation.consultations.views.frame import LISTS as KINDS

    model = KINDS[name].model
    fields = {
        "natures": lambda n: {"singular": f"n{n}", "plural": f"n{n}"},
        "territoires": lambda n: {
            "name": f"n{n}",
            "code": f"N{n}",
            "parent": Territory.objects.get(kind="region", code="11"),
        },
        "acteurs": lambda n: {"label": f"n{n}", "family": consultation.actor_families.first()},
        "partenaires": lambda n: {"name": f"n{n}"},
        "actualites": lambda n: {"title": f"n{n}"},
        "documents": lambda n: {"title": f"n{n}", "file": f"absent{n}.pdf"},
    }.get(name, lambda n: {"label": f"n{n}"})

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert as_organiser.get(f"{space}listes/{name}/").status_code == 200
        return len(captured)

    actions.create_item(model, consultation, by=organiser, **fields(0))
    queries()
    one = queries()
    for n in (1, 2):
        actions.create_item(model, consultation, by=organiser, **fields(n))

    assert queries() == one
