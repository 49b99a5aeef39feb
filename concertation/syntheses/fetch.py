"""Fetch an object of a synthesis if this person may work on it; raise 404 otherwise."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from concertation.consultations.fetch import fetch_consultation
from concertation.consultations.models import Consultation
from concertation.documents.labels import Label
from concertation.documents.layout import Address
from concertation.documents.models import FrozenVersion
from concertation.permissions import require
from concertation.viewer import viewer_of
from contributions.models import Contribution, State

from .models import Recommendation, Section, Synthesis, SynthesisVersion


def fetch_workshop(request: HttpRequest, slug: str, permission: str, *, follows: Sequence[str] = ()) -> Consultation:
    """Return the consultation if the viewer has ``permission`` in it; a live page names the rooms that it follows."""
    consultation = fetch_consultation(request, slug, follows=follows)
    require(viewer_of(request), permission, consultation)
    return consultation


def fetch_coded(request: HttpRequest, slug: str, number: int) -> Contribution:
    """Return a published contribution that the analyst may see, with its texts."""
    consultation = fetch_workshop(request, slug, "syntheses.code")
    seen = Contribution.objects.visible_to(viewer_of(request), consultation).with_row()
    found = seen.filter(number=number, state=State.PUBLISHED).first()
    if found is None:
        raise Http404
    return found


def fetch_recommendation(request: HttpRequest, slug: str, number: int) -> Recommendation:
    consultation = fetch_workshop(request, slug, "syntheses.write")
    found = Recommendation.objects.filter(consultation=consultation, number=number).first()
    if found is None:
        raise Http404
    found.consultation = consultation
    return found


def fetch_synthesis(request: HttpRequest, slug: str, number: int, *, follows: Sequence[str] = ()) -> Synthesis:
    """Return a synthesis that the viewer may read: published, or a draft for the committees."""
    consultation = fetch_consultation(request, slug, follows=follows)
    found = Synthesis.objects.visible_to(viewer_of(request), consultation).filter(number=number).first()
    if found is None:
        raise Http404
    found.consultation = consultation
    return found


def fetch_version(synthesis: Synthesis, label: Label) -> SynthesisVersion:
    return get_object_or_404(synthesis.versions.labelled(label))


def addresses_of(synthesis: Synthesis) -> Address:
    """Return the functions that make the addresses of a version: page, changes, files."""

    def address(name: str, version: FrozenVersion, *rest: str) -> str:
        return reverse(f"syntheses:{name}", args=[synthesis.consultation.slug, synthesis.number, version.label, *rest])

    return address


def fetch_edited(request: HttpRequest, slug: str, number: int) -> Synthesis:
    consultation = fetch_workshop(request, slug, "syntheses.write")
    found = Synthesis.objects.filter(consultation=consultation, number=number).first()
    if found is None:
        raise Http404
    found.consultation = consultation
    return found


def fetch_section(request: HttpRequest, slug: str, pk: int) -> Section:
    consultation = fetch_workshop(request, slug, "syntheses.write")
    sections = Section.objects.select_related("synthesis__consultation")
    found = sections.filter(synthesis__consultation=consultation, pk=pk).first()
    if found is None:
        raise Http404
    return found
