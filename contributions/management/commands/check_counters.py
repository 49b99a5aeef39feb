"""``manage.py check_counters``: compare the counters that pages read with the rows that they count."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from concertation.consultations.models import Consultation, Topic
from concertation.live.actions import announce, touched
from contributions import counters, tree
from contributions.models import Contribution


class Command(BaseCommand):
    help = "Say which counters differ from the rows that they count; with --repair, count those anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="count anew what differs")

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = {
            "topic": counters.wrong_topics(),
            "voices": counters.wrong_voices(),
            "turnout": counters.wrong_turnouts(),
            "thread": counters.wrong_threads(),
            "keyword": counters.wrong_keywords(),
        }
        for kind, rows in wrong.items():
            for pk, differing in rows.items():
                for name, (held, right) in differing.items():
                    self.stdout.write(f"{kind} {pk}: {name} is {held}, should be {right}")
        number = sum(map(len, wrong.values()))
        if number and not options["repair"]:
            raise CommandError(f"{number} rows hold wrong counts; --repair counts them anew.")
        if number:
            _repair(wrong)
        self.stdout.write(f"{number} rows counted anew." if number else "All counters are right.")


def _repair(wrong: dict[str, counters.Wrong]) -> None:
    with transaction.atomic():
        tree.recount(wrong["thread"])
        counters.repair_keywords(wrong["keyword"])
        counters.count_topics(Topic.objects.filter(pk__in=[*wrong["topic"], *wrong["voices"]]))
        for consultation in Consultation.objects.filter(pk__in=list(wrong["turnout"])).order_by("pk"):
            counters.count_turnout(consultation)
        announce(*touched(Contribution.objects.filter(pk__in=list(wrong["thread"]))))
