"""Bring the contributions of another platform, or our own export, into a consultation."""

import sys
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from concertation.accounts.models import User
from concertation.consultations.models import Consultation, Membership, Phase, Role
from concertation.texts.templatetags.french import count
from contributions.importing import exchange, repnum
from contributions.importing.plan import Plan
from contributions.importing.report import Refused
from contributions.importing.run import Outcome, carry_out

FORMATS = ("exchange", "repnum")


class Command(BaseCommand):
    help = "Importe des contributions : tout le fichier, ou rien et pourquoi. Relancer n’importe rien deux fois."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--consultation", required=True, metavar="SLUG", help="adresse de la concertation")
        parser.add_argument("--format", required=True, choices=FORMATS, help="d’où viennent les fichiers")
        parser.add_argument("--phase", type=int, metavar="N", help="rang de la phase (à défaut, la première)")
        parser.add_argument(
            "--by", metavar="ADRESSE", help="qui importe (à défaut, un organisateur de la concertation)"
        )
        parser.add_argument("--dry-run", action="store_true", help="tout vérifier, ne rien écrire")
        parser.add_argument("paths", nargs="+", type=Path, metavar="FICHIER")

    def handle(self, *args: Any, **options: Any) -> None:
        consultation = Consultation.objects.filter(slug=options["consultation"]).first()
        if consultation is None:
            raise CommandError(f"Aucune concertation à l’adresse « {options['consultation']} ».")
        by = _importer(consultation, options["by"])
        phase = _phase(consultation, options["phase"])
        now = timezone.now()
        try:
            plan = self._read(consultation, options, now)
            outcome = carry_out(plan, consultation, phase=phase, dry_run=options["dry_run"], now=now, by=by)
        except PermissionDenied as refusal:
            raise CommandError(f"{by} ne peut pas importer dans cette concertation.") from refusal
        except Refused as refusal:
            for line in refusal.report:
                self.stderr.write(line)
            raise CommandError(f"Rien n’a été importé : {count(refusal.count, 'erreur,erreurs')}.") from refusal
        self.stdout.write(_told(outcome, dry_run=options["dry_run"]))

    def _read(self, consultation: Consultation, options: dict[str, Any], now: datetime) -> Plan:
        if options["format"] == "repnum":
            return repnum.read(options["paths"], now=now, step=self._progress)
        return exchange.read(options["paths"], zone=consultation.tz, now=now, step=self._progress)

    def _progress(self, done: int, total: int) -> None:
        """A bar on a terminal; silence elsewhere, so that logs stay short."""
        if not sys.stderr.isatty() or (done % 50 and done != total):
            return
        filled = 30 * done // max(total, 1)
        self.stderr.write(f"\r[{'#' * filled}{'.' * (30 - filled)}] {done}/{total}", ending="")
        if done == total:
            self.stderr.write("")


def _importer(consultation: Consultation, address: str | None) -> User:
    if address:
        found = User.objects.filter(email=address.strip().lower(), is_active=True).first()
        if found is None:
            raise CommandError(f"Aucun compte actif à l’adresse « {address} ».")
        return found
    organisers = Membership.objects.held_at(timezone.now()).filter(consultation=consultation, role=Role.ORGANISER)
    first = organisers.select_related("user").order_by("pk").first()
    if first is None:
        raise CommandError("Cette concertation n’a pas d’organisateur : indiquez --by.")
    return first.user


def _phase(consultation: Consultation, rank: int | None) -> Phase | None:
    if rank is None:
        return None
    phases = list(consultation.phases.in_order())
    if not 1 <= rank <= len(phases):
        raise CommandError(f"La concertation a {count(len(phases), 'phase,phases')} ; il n’y a pas de phase {rank}.")
    return phases[rank - 1]


def _told(outcome: Outcome, *, dry_run: bool) -> str:
    verb = "À importer" if dry_run else "Importé"
    return (
        f"{verb} : {count(outcome.roots, 'contribution,contributions')}, "
        f"{count(outcome.replies, 'réponse,réponses')}, {count(outcome.people, 'personne,personnes')}, "
        f"{count(outcome.topics, 'thématique,thématiques')}, "
        f"dont {count(outcome.hidden, 'masquée,masquées')} à l’origine. "
        f"Déjà présentes : {outcome.already_there}."
    )
