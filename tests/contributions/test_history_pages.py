"""Pages where a text is edited and its history read."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils.text import capfirst

from concertation.accounts.models import User
from concertation.consultations.actions import create_item
from concertation.consultations.models import Consultation, Stake
from concertation.documents.conflicts import VERSION
from contributions.actions import edit_contribution
from contributions.models import Contribution
from tests.reading import form_with, ordinary, words

pytestmark = pytest.mark.django_db


def test_an_edit_from_an_older_window_shows_both_texts_and_the_informed_one_goes_through(
    as_user: Any, contribution: Contribution, participant: User
) -> None:
    client, address = as_user(participant), "/c/innovation-urbaine/contributions/1/modifier/"
    older = form_with(client.get(address), VERSION)
    client.post(address, older | {"titre": "Un autre titre", "texte": "Les mots de la première fenêtre."})

    refused = client.post(address, older | {"texte": "Les mots de la seconde fenêtre."})

    assert refused.status_code == 409
    assert "Les mots de la première fenêtre." in words(refused)

    informed = client.post(address, form_with(refused, VERSION))

    kept = Contribution.objects.get(pk=contribution.pk)
    assert informed.status_code == 303
    assert (kept.title, kept.current.body) == ("Un autre titre", "Les mots de la seconde fenêtre.")


def test_two_windows_that_choose_other_natures_and_stakes_show_both_and_the_second_chooses(
    as_user: Any, contribution: Contribution, consultation: Consultation, participant: User, organiser: User
) -> None:
    stakes = [create_item(Stake, consultation, label=label, by=organiser) for label in ("Eau", "Terres")]
    theirs, mine = consultation.natures.exclude(pk=contribution.nature_id)[:2]
    client, address = as_user(participant), "/c/innovation-urbaine/contributions/1/modifier/"
    older = form_with(client.get(address), VERSION)
    client.post(address, older | {"nature": theirs.code, "enjeux": stakes[0].pk})

    refused = client.post(address, older | {"nature": mine.code, "enjeux": stakes[1].pk})

    kept = Contribution.objects.get(pk=contribution.pk)
    assert refused.status_code == 409
    assert (kept.nature, list(kept.stakes.all())) == (theirs, [stakes[0]])
    assert [(one.name, one.theirs) for one in refused.context["form"].clashes] == [
        ("nature", capfirst(theirs.singular)),
        ("enjeux", "Eau"),
    ]

    informed = client.post(address, form_with(refused, VERSION) | {"choix_enjeux": "enregistree"})

    kept.refresh_from_db()
    assert informed.status_code == 303
    assert (kept.nature, list(kept.stakes.all())) == (mine, [stakes[0]])


def test_an_edit_from_an_older_window_leaves_the_nature_that_was_chosen_meanwhile(
    as_user: Any, contribution: Contribution, consultation: Consultation, participant: User
) -> None:
    client, address = as_user(participant), "/c/innovation-urbaine/contributions/1/modifier/"
    nature = consultation.natures.exclude(pk=contribution.nature_id).first()
    older = form_with(client.get(address), VERSION)
    client.post(address, older | {"nature": nature.code})

    client.post(address, older | {"texte": "Un texte mieux dit."})

    kept = Contribution.objects.get(pk=contribution.pk)
    assert (kept.nature, kept.current.body) == (nature, "Un texte mieux dit.")


def test_the_history_shows_what_changed(client: Client, contribution: Contribution, participant: User) -> None:
    edit_contribution(contribution, body="Il manque des salles d’essai.", by=participant)

    html = client.get("/c/innovation-urbaine/contributions/1/historique/").text
    assert "<del> lieux</del><ins> salles</ins>" in html


def test_the_way_to_a_history_skips_no_level(client: Client, contribution: Contribution) -> None:
    html = client.get("/c/innovation-urbaine/contributions/1/historique/").content.decode()
    way = html.partition('class="breadcrumb"')[2].partition("</nav>")[0]
    phase = contribution.topic.phase

    shown = [ordinary(unescape(re.sub("<[^>]+>", "", one))).strip() for one in re.findall("(?s)<li.*?</li>", way)]

    assert shown == ["Accueil", phase.consultation.title, phase.title, contribution.topic.title, "C-1", "Historique"]


def test_a_long_history_is_read_page_by_page(
    client: Client, contribution: Contribution, participant: User, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    address = "/c/innovation-urbaine/contributions/1/historique/"

    def edit(first: int, last: int) -> None:
        for number in range(first, last):
            edit_contribution(contribution, body=f"Texte {number}.", by=participant)

    edit(2, 4)
    short = count_queries(lambda: client.get(address))
    edit(4, 25)
    latest, middle, oldest = (client.get(address + query) for query in ("", "?avant=15", "?avant=5"))

    assert [one["revision"].number for one in latest.context["changes"]] == list(range(24, 14, -1))
    assert 'href="?avant=15"' in latest.text
    assert [one["revision"].number for one in middle.context["changes"]] == list(range(14, 4, -1))
    assert "<del> 4</del><ins> 5</ins>" in middle.text
    assert 'rel="prev" href="?"' in middle.text
    assert [one["revision"].number for one in oldest.context["changes"]] == [4, 3, 2, 1]
    assert "Première version" in oldest.text
    assert count_queries(lambda: client.get(address)) == short
