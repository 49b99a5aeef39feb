"""Without Redis the site is slower and nothing else, but nobody guesses codes."""

import logging
import socket

import pytest
from django.core.cache import cache
from django.urls import reverse

from concertation import redis_cache as ours
from concertation.accounts.models import User
from concertation.live.audience import Audience
from contributions import live
from contributions.actions import post_contribution
from tests.accounts.conftest import IDENTIFY, code_in  # noqa: F401 - a fixture
from tests.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def redis_is_down(settings):
    """A port at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"redis://127.0.0.1:{free.getsockname()[1]}/0"
    settings.CACHES = settings.CACHES | {
        "default": {"BACKEND": "concertation.redis_cache.RedisCache", "LOCATION": address}
    }


@pytest.fixture
def minutes(monkeypatch):
    """The clock of what is said once a minute."""
    passed = [0.0]
    monkeypatch.setattr(ours._missed, "said_at", None)
    monkeypatch.setattr(ours.time, "monotonic", lambda: 60 * passed[0])
    return passed


def test_what_redis_cannot_give_or_keep_is_missed(redis_is_down):
    assert cache.get("a", "else") == "else"
    assert cache.get_many(["a", "b"]) == {}
    assert "a" not in cache
    assert cache.set("a", 1) is None
    assert cache.set_many({"a": 1}) == ["a"]
    assert (cache.add("a", 1), cache.touch("a"), cache.delete("a"), cache.delete_many(["a"])) == (
        False, False, False, None,
    )  # fmt: skip


def test_it_is_said_once_a_minute_in_one_line(redis_is_down, minutes, caplog):
    def said():
        return [(one.levelno, one.exc_info) for one in caplog.records if one.name == "concertation.redis_cache"]

    cache.get("a")
    cache.set("a", 1)
    assert said() == [(logging.WARNING, None)]

    minutes[0] = 1
    cache.get("a")
    assert len(said()) == 2


def test_what_is_not_an_error_of_redis_is_shown(redis_is_down):
    with pytest.raises(TypeError):
        cache.set("a", (one for one in ()))


def test_pages_and_pushed_rows_are_drawn(redis_is_down, client, consultation, topic, participant):
    text = post_contribution(topic, body="Il manque des lieux.", by=participant)

    client.force_login(participant)
    page = client.get(reverse("contributions:topic", args=[consultation.slug, topic.pk]))
    pushed = live.render_contributions([text.pk], Audience.PUBLIC)

    assert page.status_code == 200
    assert "Il manque des lieux." in words(page)
    assert "Il manque des lieux." in pushed[text.pk].html


def test_nobody_asks_for_a_code_or_tries_one_while_that_is_not_counted(client, code_in, mailoutbox, request):
    client.post(IDENTIFY, {"etape": "adresse", "adresse": "nadia@exemple.fr"})
    code = code_in()
    request.getfixturevalue("redis_is_down")

    tried = client.post(IDENTIFY, {"etape": "code", "adresse": "nadia@exemple.fr", "code": code})
    asked = client.post(IDENTIFY, {"etape": "adresse", "adresse": "nadia@exemple.fr"})

    assert (tried.status_code, asked.status_code) == (429, 429)
    assert not User.objects.exists()
    assert len(mailoutbox) == 1
