import pytest


@pytest.fixture
def space(consultation):
    """Where the organiser space of the consultation is."""
    return f"/c/{consultation.slug}/organiser/"


@pytest.fixture
def as_organiser(client, organiser):
    client.force_login(organiser)
    return client
