"""``manage.py load_demo``: load the demonstration, and print its logins."""

from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from concertation.pages.demo import cast, content, loader
from concertation.texts.templatetags.french import count
from contributions.models import Contribution


class Command(BaseCommand):
    help = "Load the demonstration concertation, dated around today. A second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        # Its accounts share one printed password, so it must not be on a public site.
        if not (settings.DEBUG or settings.DEMO):
            raise CommandError("The demonstration is loaded with DEBUG=1 or DEMO=1 only: its password is public.")
        started = monotonic()
        consultation = loader.load(timezone.now())
        if consultation is None:
            self.stdout.write("La démonstration est déjà chargée.")
        else:
            loaded = count(Contribution.objects.filter(consultation=consultation).count(), "contribution,contributions")
            seconds = f"{monotonic() - started:.1f}".replace(".", ",")
            self.stdout.write(f"Démonstration chargée\u00a0: {loaded} en {seconds}\u00a0s.")
        self._say_how_to_sign_in()

    def _say_how_to_sign_in(self) -> None:
        slug = content.read().frame["consultation"]["slug"]
        page = settings.SITE_URL + reverse("consultations:home", args=[slug])
        self.stdout.write(f"\nLa concertation\u00a0: {page}")
        self.stdout.write("Visiteur ou visiteuse\u00a0: aucun compte n’est nécessaire pour lire.\n")
        logins = loader.logins()
        width = max(len(one.role) for one in logins)
        for one in logins:
            self.stdout.write(f"  {one.role:<{width}}  {one.address}  ({one.name})")
        self.stdout.write(f"\nMot de passe de ces comptes\u00a0: {cast.PASSWORD}")
