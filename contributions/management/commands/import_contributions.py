"""``manage.py import_contributions``: import the contributions of another platform, or our own export."""

import signal
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from concertation.accounts.models import User
from concertation.consultations.models import Consultation, Membership, Phase, Role
from concertation.texts.templatetags.french import count
from contributions.actions import undo_batch
from contributions.actions.batches import check_undo
from contributions.importing import exchange, repnum
from contributions.importing.plan import Plan
from contributions.importing.report import Refused
from contributions.importing.run import Outcome, carry_out
from contributions.models import Batch
from contributions.statistics import refresh_statistics

FORMATS = ("exchange", "repnum")


class Command(BaseCommand):
    help = "Importe des contributions : tout le fichier, ou rien et pourquoi. Relancer n’importe rien deux fois."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--consultation", required=True, metavar="SLUG", help="adresse de la concertation")
        parser.add_argument("--format", choices=FORMATS, help="d’où viennent les fichiers")
        parser.add_argument("--phase", type=int, metavar="N", help="rang de la phase (à défaut, la première)")
        parser.add_argument(
            "--by", metavar="ADRESSE", help="qui importe (à défaut, un organisateur de la concertation)"
        )
        parser.add_argument("--dry-run", action="store_true", help="tout vérifier, ne rien écrire")
        parser.add_argument("--undo", type=int, metavar="N", help="annuler l’import N, tant que personne n’y a touché")
        parser.add_argument("paths", nargs="*", type=Path, metavar="FICHIER")

    def handle(self, *args: Any, **options: Any) -> None:
        consultation = Consultation.objects.filter(slug=options["consultation"]).first()
        if consultation is None:
            raise CommandError(f"Aucune concertation à l’adresse « {options['consultation']} ».")
        by = _importer(consultation, options["by"])
        try:
            if options["undo"] is not None:
                self._undo(consultation, options["undo"], by, dry_run=options["dry_run"])
            elif options["format"] and options["paths"]:
                self._import(consultation, options, by)
            else:
                raise CommandError("Indiquez --format et au moins un fichier, ou --undo et le numéro d’un import.")
        except PermissionDenied as refusal:
            raise CommandError(f"{by} ne peut pas importer dans cette concertation.") from refusal

    def _import(self, consultation: Consultation, options: dict[str, Any], by: User) -> None:
        now, phase, dry_run = timezone.now(), _phase(consultation, options["phase"]), options["dry_run"]
        try:
            with _stopped_by_terminate():
                plan = self._read(consultation, options, now)
                outcome = carry_out(
                    plan, consultation, phase=phase, dry_run=dry_run, step=self._progress, now=now, by=by
                )
        except KeyboardInterrupt as interruption:
            raise CommandError("Import interrompu : rien n’a été importé.") from interruption
        except Refused as refusal:
            for line in refusal.report:
                self.stderr.write(line)
            raise CommandError(f"Rien n’a été importé : {count(refusal.count, 'erreur,erreurs')}.") from refusal
        if not dry_run:
            refresh_statistics()
        for remark in plan.remarks:
            self.stdout.write(remark)
        self.stdout.write(_summary(outcome, dry_run=dry_run))

    def _undo(self, consultation: Consultation, number: int, by: User, *, dry_run: bool) -> None:
        batch = consultation.batches.filter(pk=number).first()
        if batch is None:
            raise CommandError(f"Cette concertation n’a pas d’import {number}.")
        try:
            check_undo(batch, by=by)
            if batch.state == Batch.State.UNDONE:
                self.stdout.write(f"L’import {number} est déjà annulé.")
            elif dry_run:
                gone = count(batch.size, "contribution serait retirée,contributions seraient retirées")
                self.stdout.write(f"L’import {number} peut être annulé : {gone}.")
            else:
                undo_batch(batch, now=timezone.now(), by=by)
                gone = count(batch.size, "contribution retirée,contributions retirées")
                self.stdout.write(f"Import {number} annulé : {gone}. Leurs numéros restent pris.")
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal

    def _read(self, consultation: Consultation, options: dict[str, Any], now: datetime) -> Plan:
        if options["format"] == "repnum":
            return repnum.read(options["paths"], now=now, step=self._progress)
        return exchange.read(options["paths"], zone=consultation.tz, now=now, step=self._progress)

    def _progress(self, done: int, total: int) -> None:
        """Show a bar on a terminal; nothing elsewhere, so that logs stay short."""
        if not sys.stderr.isatty() or (done % 50 and done != total):
            return
        filled = 30 * done // max(total, 1)
        self.stderr.write(f"\r[{'#' * filled}{'.' * (30 - filled)}] {done}/{total}", ending="")
        if done == total:
            self.stderr.write("")


@contextmanager
def _stopped_by_terminate() -> Iterator[None]:
    """Turn SIGTERM into what Ctrl-C does: written rows are deleted first."""

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    is_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, stop) if is_main else None
    try:
        yield
    finally:
        if is_main:
            signal.signal(signal.SIGTERM, before)


def _importer(consultation: Consultation, address: str | None) -> User:
    if address:
        found = User.objects.reached_at(address)
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


def _summary(outcome: Outcome, *, dry_run: bool) -> str:
    verb = "À importer" if dry_run else "Importé"
    hidden = f", dont {count(outcome.hidden, 'masquée,masquées')} à l’origine" if outcome.hidden else ""
    undo = f" Pour annuler cet import : --undo {outcome.batch.pk}." if outcome.batch else ""
    return (
        f"{verb} : {count(outcome.roots, 'contribution,contributions')}, "
        f"{count(outcome.replies, 'réponse,réponses')}, {count(outcome.people, 'personne,personnes')}, "
        f"{count(outcome.topics, 'thématique,thématiques')}{hidden}. "
        f"Déjà présentes : {outcome.already_there}.{undo}"
    )
