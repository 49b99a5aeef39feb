"""A mail server that listens on a real socket, and a person to write to."""

from datetime import UTC, datetime

import pytest
from aiosmtpd.controller import Controller

from concertation.accounts.models import User
from tests.serving import free_port

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


class MailServer:
    """Keeps what it accepts; ``answers`` says what it tells each address instead."""

    def __init__(self):
        self.mails = []
        self.answers = {}

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(envelope)
        return self.answers.get("data", "250 OK")


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def person(db):
    return User.objects.create_user("claire@exemple.fr", display_name="Claire Le Goff")


@pytest.fixture
def mail_server(settings):
    handler = MailServer()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    running = [controller]
    handler.stop = lambda: running.pop().stop(no_assert=True)
    yield handler
    if running:
        handler.stop()
