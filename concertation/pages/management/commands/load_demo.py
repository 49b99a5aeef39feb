"""``manage.py load_demo``: load the demonstration, or its first accounts alone, and print the logins."""

from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone

from concertation.pages.demo import cast, content, loader
from concertation.texts.templatetags.french import count
from contributions.models import Contribution


class Command(BaseCommand):
    help = "Load the demonstration concertation, dated around today. A second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--empty", action="store_true", help="only the accounts of the administrator and of an organiser"
        )

    def handle(self, *args: Any, empty: bool, **options: Any) -> None:
        # Its accounts share one printed password, so it must not be on a public site.
        if not (settings.DEBUG or settings.DEMO):
            raise CommandError("The demonstration is loaded with DEBUG=1 or DEMO=1 only: its password is public.")
        if empty:
            self._load_empty()
        else:
            self._load()
        self._say_logins(loader.logins(is_empty=empty))

    def _load(self) -> None:
        started = monotonic()
        consultation = loader.load(timezone.now())
        if consultation is None:
            self.stdout.write("La démonstration est déjà chargée.")
        else:
            loaded = count(Contribution.objects.filter(consultation=consultation).count(), "contribution,contributions")
            seconds = f"{monotonic() - started:.1f}".replace(".", ",")
            self.stdout.write(f"Démonstration chargée\u00a0: {loaded} en {seconds}\u00a0s.")
        slug = content.read().frame["consultation"]["slug"]
        page = settings.SITE_URL + reverse("consultations:home", args=[slug])
        self.stdout.write(f"\nLa concertation\u00a0: {page}")
        self.stdout.write("Visiteur ou visiteuse\u00a0: aucun compte n’est nécessaire pour lire.\n")

    def _load_empty(self) -> None:
        is_new = loader.load_empty(timezone.now())
        self.stdout.write("Site vide, sans concertation." if is_new else "Ces comptes existent déjà.")
        self.stdout.write(f"\nPour commencer\u00a0: {settings.SITE_URL}{reverse('consultations:manage')}\n")

    def _say_logins(self, logins: list[loader.Login]) -> None:
        width = max(len(one.role) for one in logins)
        for one in logins:
            self.stdout.write(f"  {one.role:<{width}}  {one.address}  ({one.name})")
        self.stdout.write(f"\nMot de passe de ces comptes\u00a0: {cast.PASSWORD}")
