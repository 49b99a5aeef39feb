"""Only a page of this site opens a socket."""

import pytest

from concertation.live.origin import is_ours

SITE = "https://concertation.example.fr"


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = SITE
    settings.CSRF_TRUSTED_ORIGINS = [SITE]
    settings.DEBUG = False


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "http://concertation.example.fr",
        "https://concertation.example.fr:8443",
        "https://sub.concertation.example.fr",
        "https://example.fr",
        "https://concertation.example.fr.evil.example",
        "https://concertation-example.fr",
        "https://concertation.example.fr@evil.example",
        "https://concertation.example.fr/path",
        "https://concertation.example.fr:port",
        "wss://concertation.example.fr",
        "concertation.example.fr",
        "http://localhost:8000",
    ],
)
def test_another_origin_is_refused(origin):
    assert is_ours(origin, "concertation.example.fr") is False


@pytest.mark.parametrize("origin", [SITE, "https://concertation.example.fr:443", "https://CONCERTATION.example.fr"])
def test_the_site_itself_is_let_in(origin):
    assert is_ours(origin, "concertation.example.fr") is True


def test_in_development_the_address_one_uses_is_the_site_and_no_other(settings):
    settings.DEBUG = True

    assert is_ours("http://127.0.0.1:8101", "127.0.0.1:8101") is True
    assert is_ours("http://127.0.0.1:8102", "127.0.0.1:8101") is False
    assert is_ours("http://evil.example", "evil.example") is False
