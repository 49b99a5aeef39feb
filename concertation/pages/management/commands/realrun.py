"""Run the main job on real input: import République numérique, write a synthesis, publish, export every format."""

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from concertation.accounts.models import User
from concertation.consultations.actions import create_consultation, create_phase
from concertation.consultations.models import Consultation
from concertation.documents import table_files
from concertation.documents.export import FORMATS, export
from concertation.syntheses.coding.actions import create_extract
from concertation.syntheses.models import SynthesisVersion
from concertation.syntheses.publishing.actions import publish_synthesis
from concertation.syntheses.publishing.reading import readable_document
from concertation.syntheses.writing.actions import (
    add_section,
    cite,
    create_recommendation,
    create_synthesis,
    place_recommendation,
)
from concertation.texts import sentences
from concertation.texts.templatetags.french import count
from contributions import corpus
from contributions.importing.repnum import GOVERNMENT, STANCES
from contributions.models import Contribution

SLUG = "republique-numerique"
RECOMMENDATIONS = 5
EXTRACT_SENTENCES = 2


class Command(BaseCommand):
    help = "Importe République numérique, publie une synthèse sur ses propositions et l’exporte dans chaque format."

    def add_arguments(self, parser: ArgumentParser) -> None:
        data = settings.BASE_DIR.parent / "shared" / "data" / "repnum"
        parser.add_argument("--data", type=Path, default=data, help="dossier de contributions.csv et arguments.csv")
        parser.add_argument("--out", type=Path, default=settings.VAR_DIR / "realrun", help="dossier des exports")

    def handle(self, *args: Any, **options: Any) -> None:
        data: Path = options["data"]
        paths = [data / "contributions.csv", data / "arguments.csv"]
        missing = [path for path in paths if not path.is_file()]
        if missing:
            raise CommandError(f"Données absentes : {', '.join(map(str, missing))}. Indiquez leur dossier par --data.")
        self.out = out = options["out"]
        out.mkdir(parents=True, exist_ok=True)
        self.started = time.monotonic()
        with self._timed("base de données neuve"):
            call_command("migrate", verbosity=0)
            if Consultation.objects.filter(slug=SLUG).exists():
                raise CommandError("Cette base contient déjà République numérique : partez d’une base neuve.")
        with self._timed("concertation et phase"):
            consultation, organiser = _open_consultation(timezone.now())
        with self._timed("import"):
            call_command(
                "import_contributions", *map(str, paths), consultation=SLUG, format="repnum", stdout=self.stdout
            )
        with self._timed("qualification et synthèse"):
            version = _write_synthesis(consultation, organiser)
        self._export(consultation, version, out)
        self._count(consultation, version)

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        begun = time.monotonic()
        yield
        self.stdout.write(f"{what} : {time.monotonic() - begun:.1f} s")

    def _export(self, consultation: Consultation, version: SynthesisVersion, out: Path) -> None:
        document = readable_document(version)
        for fmt in FORMATS:
            with self._timed(f"synthèse en {fmt.upper()}"):
                made = export(document, fmt)
                (out / f"synthese.{made.extension}").write_bytes(made.content)
        for fmt, chosen in table_files.FORMATS.items():
            with self._timed(f"corpus en {fmt.upper()}"):
                (out / f"corpus.{fmt}").write_bytes(chosen.write(corpus.COLUMNS, corpus.lines_of(consultation)))
        for path in sorted(out.glob("*.*")):
            if path.suffix in {".docx", ".pdf", ".html", ".md", ".json", ".csv", ".xlsx"}:
                self.stdout.write(f"  {path.name} : {count(path.stat().st_size, 'octet,octets')}")

    def _count(self, consultation: Consultation, version: SynthesisVersion) -> None:
        rows = Contribution.objects.filter(consultation=consultation)
        recommendations = version.citations.values("recommendation").distinct()
        counted = (
            count(rows.roots().count(), "contribution,contributions"),
            count(rows.exclude(parent=None).count(), "réponse,réponses"),
            count(consultation.keywords.count(), "mot-clé,mots-clés"),
            count(recommendations.count(), "recommandation,recommandations"),
            count(version.citations.count(), "contribution citée,contributions citées"),
        )
        self.stdout.write(f"{', '.join(counted)}. Empreinte {version.sha256}.")
        self.stdout.write(f"En tout : {time.monotonic() - self.started:.1f} s. Fichiers : {self.out}")


def _open_consultation(now: datetime) -> tuple[Consultation, User]:
    administrator = User.objects.create_superuser("administration@exemple.fr", display_name="Administration")
    organiser = User.objects.create_user("organisation@exemple.fr", display_name="Secrétariat d’État au numérique")
    consultation = create_consultation(
        slug=SLUG,
        title="République numérique",
        summary="La consultation de l’automne 2015 sur le projet de loi pour une République numérique.",
        organiser=organiser,
        opens_publicly_at=datetime.fromisoformat("2015-09-26T00:00:00+02:00"),
        by=administrator,
    )
    create_phase(
        consultation,
        title="Propositions et arguments",
        opens_at=datetime.fromisoformat("2015-09-26T00:00:00+02:00"),
        closes_at=min(datetime.fromisoformat("2015-10-18T23:59:59+02:00"), now - timedelta(seconds=1)),
        by=organiser,
    )
    return consultation, organiser


def _write_synthesis(consultation: Consultation, organiser: User) -> SynthesisVersion:
    """Write a recommendation for each of the most supported citizen proposals, with the argument most against it."""
    synthesis = create_synthesis(
        consultation,
        title="Ce que les citoyens soutiennent le plus",
        kind="final",
        introduction="Cette synthèse reprend les cinq propositions citoyennes qui ont reçu le plus d’accords.",
        method=(
            "Les propositions sont classées par nombre d’accords, celles du Gouvernement mises à part. Chacune est "
            "citée par ses premières phrases ; l’argument contraire le plus soutenu est cité en face."
        ),
        phases=consultation.phases.all(),
        by=organiser,
    )
    sections: dict[str, Any] = {}
    for proposal in _most_supported(consultation):
        topic = proposal.topic.title
        section = sections.setdefault(topic, None) or add_section(synthesis, title=topic, by=organiser)
        sections[topic] = section
        recommendation = create_recommendation(consultation, title=proposal.title[:200], by=organiser)
        cite(recommendation, extract=_first_sentences(proposal, organiser), stance="supports", by=organiser)
        against = _most_voted_against(proposal)
        if against is not None:
            cite(recommendation, contribution=against, stance="opposes", by=organiser)
        place_recommendation(section, recommendation=recommendation, by=organiser)
    return publish_synthesis(synthesis, by=organiser)


def _most_supported(consultation: Consultation) -> list[Contribution]:
    citizens = Contribution.objects.filter(consultation=consultation).roots().readable()
    ranked = citizens.exclude(actor_kind__label=GOVERNMENT).order_by("-imported_agree", "number")
    return list(ranked.select_related("current", "topic")[:RECOMMENDATIONS])


def _first_sentences(proposal: Contribution, organiser: User) -> Any:
    assert proposal.current is not None
    spans = sentences.split(proposal.current.plain)[:EXTRACT_SENTENCES]
    return create_extract(proposal, start=spans[0][0], end=spans[-1][1], by=organiser)


def _most_voted_against(proposal: Contribution) -> Contribution | None:
    against = Contribution.objects.filter(parent=proposal, keywords__name=STANCES["contre"]).readable()
    return against.order_by("-imported_agree", "number").first()
