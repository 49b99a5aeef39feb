"""The files of the published versions of a synthesis, and when they are rendered again."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from concertation.consultations.actions import programme
from concertation.consultations.models import Phase
from concertation.documents.version_files import VersionFiles
from concertation.live.actions import Announcement
from concertation.notices.due import register_due_work
from contributions import tree
from contributions.models import Contribution

from ..models import SynthesisVersion, VersionCitation
from .reading import document_quoting, linked_for_all, readable_numbers


def _versions() -> QuerySet[SynthesisVersion]:
    return SynthesisVersion.objects.select_related("synthesis__consultation")


def _name(version: SynthesisVersion) -> str:
    synthesis = version.synthesis
    return f"synthese-{synthesis.consultation.slug}-{synthesis.number}-v{version.label}"


FILES = VersionFiles(
    kind="syntheses.file",
    versions=_versions,
    readable=readable_numbers,
    document=document_quoting,
    shared=linked_for_all,
    name=_name,
)


def quotes_changed(contributions: Sequence[Contribution], now: datetime) -> list[Announcement]:
    """Some of what versions quote is hidden, withdrawn, moved or shown again."""
    citing = VersionCitation.objects.filter(contribution__in=contributions)
    _refresh_after_commit(_versions().filter(pk__in=citing.values("version")))
    return []


def phase_edited(phase: Phase, changed: Sequence[str]) -> None:
    """Other people may read the phase, and the quotes from it with it."""
    if "access" in changed:
        _refresh_after_commit(_versions().filter(synthesis__consultation=phase.consultation_id))


def _refresh_after_commit(versions: QuerySet[SynthesisVersion]) -> None:
    """Refresh the files once the change can be read, so that its verb locks nothing more.

    Until then the key of a former file differs already from the one that readers ask for. If the process dies in
    between, the scheduler does it within a minute.
    """
    found = list(versions.defer("document"))
    if found:
        transaction.on_commit(lambda: FILES.refresh(found, now=timezone.now()), robust=True)


def register() -> None:
    FILES.register()
    register_due_work("syntheses.files", FILES.refresh_all)
    tree.contributions_changed.offer(quotes_changed)
    programme.phase_edited.add(phase_edited)
