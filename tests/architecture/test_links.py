"""Follow links as each persona: every link of a page opens, and no page names what its viewer may not read."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client

from ateliers import actions as ateliers
from ateliers.models import Atelier, AtelierRole
from concertation.consultations import actions as consultations
from contributions import actions as contributions
from tests.jobs.worker import run_jobs
from tests.personas import DAY, person

SECRET = "Réservé aux comités"
LINK = re.compile(r'<a\b[^>]*?\bhref="([^"#]+)')
# Slow files: one format stands for the others.
SKIPPED = re.compile(r"^/static/|^/media/|\.(?:docx|odt|pdf|epub|html|md|xlsx)$")
ELSEWHERE = {"stranger_moderator", "administrator", "newcomer", "other_participant", "director"}
IN_THE_KNOW = {"partner", "moderator", "facilitator", "organiser"}


@pytest.fixture
def committees(world, consultation, people, now):
    """A phase of the committees, whose topic is in the agenda of the atelier and takes one of its notes."""
    organiser = people["organiser"]
    phase = consultations.create_phase(
        consultation,
        title=f"{SECRET} : phase",
        opens_at=now - DAY,
        closes_at=now + DAY,
        access="committees",
        natures=consultation.natures.all(),
        by=organiser,
    )
    topic = consultations.create_topic(phase, title=f"{SECRET} : thématique", by=organiser)
    contributions.post_contribution(topic, title=f"{SECRET} : texte", body=SECRET, by=people["partner"], now=now)
    atelier = Atelier.objects.get()
    ateliers.set_agenda(atelier, lines=[ateliers.AgendaLine(title="Tables", topic=topic)], by=organiser)
    table = atelier.tables.get()
    note = ateliers.write_note(table, text="Dit à la table.", by=organiser, now=now)
    ateliers.pour_notes(atelier, notes=[note], topic=topic, by=organiser, now=now)
    return topic


@pytest.fixture
def rapporteur(committees, people):
    """Takes the notes of the atelier and has no other role."""
    user = person("rapporteuse")
    ateliers.set_team(Atelier.objects.get(), people=[user], role=AtelierRole.Role.RAPPORTEUR, by=people["organiser"])
    return user


def walk(client, start="/"):
    """Yield every page that links lead to, with its status, its words and the page that linked to it."""
    found, ahead = {}, [(start, "")]
    while ahead:
        address, named_by = ahead.pop()
        if address in found:
            continue
        answer = client.get(address, follow=True)
        text = answer.getvalue().decode(errors="ignore")
        found[address] = (answer.status_code, text, named_by)
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        for href in LINK.findall(text):
            link = urlsplit(urljoin(address, href.replace("&amp;", "&")))
            if not link.netloc and not SKIPPED.search(link.path):
                ahead.append((link.path, address))
    return found


@pytest.mark.parametrize(
    "who", ["visitor", "participant", "partner", "rapporteur", "moderator", "facilitator", "organiser"]
)
def test_no_page_links_to_what_its_reader_cannot_open_nor_names_what_they_cannot_read(who, committees, people, request):
    user = people[who] if who in people else request.getfixturevalue(who)
    run_jobs()
    client = Client(raise_request_exception=False)
    if user.is_authenticated:
        client.force_login(user)

    found = walk(client)

    assert len(found) > 10
    assert {(named_by, address, status) for address, (status, _, named_by) in found.items() if status != 200} == set()
    if who not in IN_THE_KNOW:
        assert [address for address, (_, text, _) in found.items() if SECRET in text] == []
