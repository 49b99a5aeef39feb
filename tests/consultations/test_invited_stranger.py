"""From the letter to the role: someone without an account, by the forms alone."""

import re

import pytest
from django.test import Client

from concertation.accounts.models import User
from concertation.consultations import actions
from concertation.consultations.audiences import roles_of
from concertation.consultations.models import Participation, Role
from concertation.notices import sending
from concertation.notices.models import Message
from concertation.viewer import Viewer
from tests.caching import empty_cache

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_limit_is_inherited():
    empty_cache()


def test_a_stranger_follows_the_letter_to_the_role_of_a_draft_and_joins(
    consultation, organiser, organisation, mailoutbox, now
):
    actions.edit_consultation(consultation, opens_publicly_at=None, by=organiser)
    letter = actions.invite(
        consultation, email="nadia@exemple.fr", role=Role.OPERATIONAL, organisation=organisation, by=organiser, now=now
    )
    sending.deliver_all_due(now=now)
    link = re.search(r"https?://[^/]+(/invitation/[\w-]+/)", mailoutbox[-1].body).group(1)
    assert Message.objects.get(key=letter.mail_key).text == ""  # the link is kept nowhere once it has left

    browser = Client()
    address = "nadia.f@autre.example"  # not the one that was written to
    identify = re.search(r'href="(/compte/identification/\?next=[^"]+)"', browser.get(link).content.decode()).group(1)
    browser.get(identify)
    browser.post("/compte/identification/", {"etape": "adresse", "adresse": address, "next": link})
    code = re.search(r"^ +(\d{6})$", mailoutbox[-1].body, re.MULTILINE).group(1)
    back = browser.post("/compte/identification/", {"etape": "code", "adresse": address, "code": code, "next": link})
    assert back["Location"] == link
    assert "n…@exemple.fr" in browser.get(link).text
    assert browser.post(link)["Location"] == link
    assert mailoutbox[-1].to == ["nadia@exemple.fr"]
    wrong = browser.post(link, {"code": "000000"})
    assert (wrong.status_code, User.objects.get(email=address).memberships.count()) == (422, 0)
    proof = re.search(r"^ +(\d{6})$", mailoutbox[-1].body, re.MULTILINE).group(1)
    accepted = browser.post(link, {"code": proof})
    assert accepted["Location"] == "/c/innovation-urbaine/rejoindre/"

    page = browser.get(accepted["Location"])
    assert page.context["form"].initial["organisation"] == organisation.name
    browser.post(
        accepted["Location"],
        {
            "display_name": "Nadia F.",
            "actor_kind": consultation.actor_kinds.first().pk,
            "organisation": organisation.name,
            "speaks_for": "on",
            "accepts_charter": "on",
        },
    )

    nadia = User.objects.get(email=address)
    assert roles_of(Viewer(nadia, now), consultation) == {"operational"}
    joined = Participation.objects.get(user=nadia)
    assert (joined.organisation, joined.speaks_for) == (organisation, "confirmed")
    assert browser.get("/c/innovation-urbaine/").status_code == 200
