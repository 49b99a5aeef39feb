"""What leaves compressed, what must not, and what a topic weighs for a browser that has nothing of it yet."""

import gzip
import re

import pytest
from django.conf import settings
from django.test import Client

from contributions import actions
from tests.live.test_states import client_of

pytestmark = pytest.mark.django_db
# What is new in each reading of a page.
OWN = re.compile(rb'name="client_uuid" value="[^"]*')
FONT = "/static/fonts/bricolage-grotesque-latin.woff2"
GZIP = {"Accept-Encoding": "gzip, deflate, br"}
BODY = "Il manque des lieux où essayer une innovation avant de l’acheter, et des règles claires pour le faire. " * 5


@pytest.fixture
def page(topic):
    return f"/c/{topic.phase.consultation.slug}/thematiques/{topic.pk}/"


def is_compressed(answer):
    return answer.headers.get("Content-Encoding") == "gzip"


def test_a_page_leaves_compressed_for_whoever_can_read_it(page):
    plain, compressed = Client().get(page), Client().get(page, headers=GZIP)

    assert [is_compressed(answer) for answer in (plain, compressed)] == [False, True]
    assert OWN.sub(b"", gzip.decompress(compressed.content)) == OWN.sub(b"", plain.content)
    assert int(compressed.headers["Content-Length"]) == len(compressed.content) < len(plain.content) / 3
    assert ["Accept-Encoding" in answer.headers["Vary"] for answer in (plain, compressed)] == [True, True]


def test_its_length_says_little_of_what_it_holds(page):
    assert len({len(Client().get(page, headers=GZIP).content) for _ in range(12)}) > 1


def test_one_person_and_another_get_their_own_tokens_compressed(page, participant, other_participant):
    tokens = {
        re.search(rb'csrfmiddlewaretoken" value="(\w+)"', gzip.decompress(answer.content))[1]
        for person in (participant, other_participant)
        for answer in [client_of(person).get(page, headers=GZIP)]
    }

    assert len(tokens) == 2


@pytest.mark.parametrize("address", ["/c/innovation-urbaine/organiser/", "/compte/", "/compte/reglages/"])
def test_what_may_not_be_stored_is_not_compressed(address, page, organiser):
    answer = client_of(organiser).get(address, headers=GZIP)

    assert (answer.status_code, is_compressed(answer)) == (200, False)


def test_what_shows_ones_words_beside_ones_own_is_not_compressed(page, participant):
    client = client_of(participant)

    refused = client.post(f"{page}publier/", {"texte": ""}, headers=GZIP)
    searched = [one.get(f"{page}?q=lieux", headers=GZIP) for one in (client, Client())]

    assert not is_compressed(refused)
    assert [is_compressed(answer) for answer in searched] == [False, True]


def test_a_cold_page_of_a_topic_weighs_110_kB_at_most(page, topic, participant):
    for number in range(20):
        actions.post_contribution(topic, title=f"Proposition {number}", body=BODY, by=participant)

    html = Client().get(page, headers=GZIP)
    text = gzip.decompress(html.content).decode()
    files = set(re.findall(r'(?:href|src)="(/static/[^"#?]+)', text)) | {
        "/static/fonts/bricolage-grotesque-latin.woff2"
    }
    files |= {f"/static/js/{path.name}" for path in (settings.BASE_DIR / "static/js").glob("*.js")}
    weights = {"": len(html.content)}
    for file in files:
        answer = Client().get(file, headers=GZIP)
        assert answer.status_code == 200
        weights[file] = len(b"".join(answer.streaming_content))

    assert sum(weights.values()) <= 110_000, sorted(weights.items())
