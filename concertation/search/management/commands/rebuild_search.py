"""``manage.py rebuild_search``: index every text anew."""

from typing import Any

from django.core.management.base import BaseCommand

from concertation.search.actions import rebuild


class Command(BaseCommand):
    help = "Index every text of the site anew, in one transaction."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{rebuild()} textes indexés.")
