"""What syntheses show on other apps' pages: « citée dans R-07 », the latest one, what is left to do."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from concertation.consultations.models import Consultation
from contributions.models import Contribution

from .models import SynthesisVersion, VersionCitation


def cited_in(viewer: Any, contributions: Sequence[Contribution]) -> Mapping[Any, SafeString]:
    """Beside each contribution, the published recommendations that cite it, each a link to its place."""
    if not contributions:
        return {}
    rows = VersionCitation.objects.filter(
        contribution__in=contributions, version__in=SynthesisVersion.objects.latest_ones()
    ).order_by("recommendation__number")
    links: dict[Any, list[SafeString]] = defaultdict(list)
    for pk, number, synthesis, slug in rows.values_list(
        "contribution", "recommendation__number", "version__synthesis__number", "version__synthesis__consultation__slug"
    ):
        href = f"{reverse('syntheses:read', args=[slug, synthesis])}#R-{number:02d}"
        links[pk].append(format_html('<a href="{}">{}</a>', href, f"R-{number:02d}"))
    return {
        pk: format_html('<p class="cited small">{} {}</p>', _("Citée dans"), _listed(refs))
        for pk, refs in links.items()
    }


def _listed(links: Iterable[SafeString]) -> SafeString:
    return format_html_join(", ", "{}", ((one,) for one in links))


def latest_synthesis(viewer: Any, consultations: Sequence[Consultation]) -> Mapping[Any, SafeString]:
    """On the page of a consultation, its synthesis published last."""
    found: dict[Any, SafeString] = {}
    for consultation in consultations:
        version = (
            SynthesisVersion.objects.filter(synthesis__consultation=consultation)
            .select_related("synthesis")
            .order_by("-published_at")
            .first()
        )
        if version is not None:
            context = {"version": version, "synthesis": version.synthesis, "consultation": consultation}
            found[consultation.pk] = SafeString(render_to_string("syntheses/latest.html", context))
    return found
