"""``manage.py create_administrator``: create the first account of a site, which creates its consultations."""

import getpass
import os
import sys
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from concertation.accounts.mailboxes import canonical
from concertation.accounts.models import User
from concertation.accounts.names import check_display_name
from concertation.journal.actions import record


class Command(BaseCommand):
    help = (
        "Make an account, or raise an existing one, that administers the site. What is not given as an option is "
        "asked for. Without a password the administrator logs in with a code sent by mail."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", help="address that the administrator logs in with")
        parser.add_argument("--name", help="name shown on the site")
        parser.add_argument(
            "--no-input", action="store_true", help="ask nothing; a password may come from ADMINISTRATOR_PASSWORD"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        asks = not options["no_input"]
        try:
            email = canonical(self._answer(options["email"], "E-mail address: ", asks))
            name = check_display_name(self._answer(options["name"], "Name shown on the site: ", asks))
            password = self._password(asks)
            if password:
                validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        made = _administrator(email, name, password)
        self.stdout.write(f"{'Created' if made else 'Updated'} the administrator {email}.")
        if not password:
            self.stdout.write("No password set: log in with a code sent by mail.")

    def _answer(self, given: str | None, question: str, asks: bool) -> str:
        if given:
            return given
        if not asks:
            raise CommandError("Without prompts, --email and --name are needed.")
        return input(question)

    def _password(self, asks: bool) -> str:
        if not asks:
            return os.environ.get("ADMINISTRATOR_PASSWORD", "")
        if not sys.stdin.isatty():
            return ""
        password = getpass.getpass("Password (empty: log in with a code): ")
        if password and password != getpass.getpass("The same again: "):
            raise CommandError("The two passwords differ.")
        return password


@transaction.atomic
def _administrator(email: str, name: str, password: str) -> bool:
    user, made = User.objects.get_or_create(email=email)
    user.display_name = name
    user.is_staff = user.is_superuser = user.is_active = True
    if password:
        user.set_password(password)
    elif made:
        user.set_unusable_password()
    user.save()
    EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    record("user.made_administrator", user, by=None)
    return made
