"""Syntheses in the pages of other apps: citations, the latest synthesis, menu entries, journal sentences."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concertation.consultations.journal import (
    Ground,
    NamedObject,
    ground_sources,
    named,
    object_sources,
    sentence_sources,
)
from concertation.consultations.models import Consultation, Phase
from concertation.consultations.navigation import Group, NavEntry, organiser_entries
from concertation.consultations.sections import (
    FrontPage,
    FrontPagePart,
    MenuEntry,
    Outcome,
    front_page_parts,
    menu_entries,
    outcomes,
)
from concertation.consultations.todo import TodoItem, todo_items
from concertation.journal.models import JournalEntry, label
from concertation.live.audience import Audience
from concertation.permissions import may
from concertation.texts.templatetags.french import count
from concertation.viewer import Viewer
from contributions.models import Contribution

from .models import Extract, Recommendation, Section, Synthesis, SynthesisVersion, VersionCitation


def cited_in(audience: Audience, now: datetime, contributions: Sequence[Contribution]) -> Mapping[Any, SafeString]:
    """Return, for each contribution, links to the published recommendations that cite it."""
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


def latest_synthesis(page: FrontPage) -> SafeString:
    """Render the synthesis published last, for the front page."""
    version = (
        SynthesisVersion.objects.filter(synthesis__consultation=page.consultation)
        .select_related("synthesis")
        .order_by("-published_at")
        .first()
    )
    if version is None:
        return SafeString()
    context = {"version": version, "synthesis": version.synthesis, "consultation": page.consultation}
    return SafeString(render_to_string("syntheses/latest.html", context))


def published_outcomes(audience: Audience, consultation: Consultation, phases: Sequence[Phase]) -> Iterator[Outcome]:
    """Return the published syntheses that cover each of these phases, and how much each of them recommends."""
    covering = Synthesis.phases.through.objects.filter(phase__in=phases, synthesis__consultation=consultation)
    pairs = list(covering.order_by("synthesis__number").values_list("phase", "synthesis"))
    versions = SynthesisVersion.objects.latest_ones().filter(synthesis__in={synthesis for _phase, synthesis in pairs})
    counted = versions.annotate(cited=Count("citations__recommendation", distinct=True)).select_related("synthesis")
    published = {one.synthesis_id: one for one in counted}
    for phase, synthesis in pairs:
        version = published.get(synthesis)
        if version is not None:
            label = f"{version.synthesis.get_kind_display()}\u00a0: {version.synthesis.title}"
            if version.cited:
                label += f" ({count(version.cited, 'recommandation,recommandations')})"
            yield Outcome(phase, label, reverse("syntheses:read", args=[consultation.slug, version.synthesis.number]))


def list_address(consultation: Consultation) -> str:
    return reverse("syntheses:list", args=[consultation.slug])


def nav_entries(viewer: Viewer, consultation: Consultation) -> Iterator[NavEntry]:
    def entry(group: Group, position: int, section: str, name: str, words: str, icon: str) -> NavEntry:
        url = reverse(f"syntheses:{name}", args=[consultation.slug])
        return NavEntry(group=group, position=position, section=section, label=words, url=url, icon=icon)

    if may(viewer, "syntheses.code", consultation):
        yield entry(Group.ANALYSE, 10, "corpus", "corpus", _("Corpus"), "contribution")
    if may(viewer, "syntheses.write", consultation):
        yield entry(Group.ANALYSE, 20, "recommandations", "recommendations", _("Recommandations"), "quote")
        yield entry(Group.PUBLISH, 10, "syntheses", "manage", _("Synthèses"), "synthesis")


def tasks(viewer: Viewer, consultation: Consultation) -> Iterator[TodoItem]:
    """Return one item for each phase that is over, with contributions, and that no published synthesis covers."""
    if consultation.archived or not may(viewer, "syntheses.write", consultation):
        return
    published = SynthesisVersion.objects.filter(synthesis__phases=OuterRef("pk"))
    written = Contribution.objects.readable().filter(topic__phase=OuterRef("pk"))
    for phase in consultation.phases.filter(Exists(written), ~Exists(published), closes_at__lte=viewer.now):
        yield TodoItem(
            label=_("Synthèse à publier : %(phase)s") % {"phase": phase.title},
            text=_("La phase est close, et aucune synthèse publiée n’en rend compte."),
            url=reverse("syntheses:manage", args=[consultation.slug]),
            icon="synthesis",
        )


def sentences() -> list[tuple[str, str]]:
    return [
        ("extract.created", _("a pris un extrait")),
        ("extract.deleted", _("a supprimé un extrait")),
        ("reading.read", _("a lu une contribution")),
        ("reading.coded", _("a qualifié une contribution")),
        ("reading.not_cited", _("a lu une contribution sans la citer")),
        ("recommendation.created", _("a ouvert une recommandation")),
        ("recommendation.edited", _("a modifié une recommandation")),
        ("evidence.cited", _("a cité C-%(number)s")),
        ("evidence.removed", _("a retiré la citation de C-%(number)s")),
        ("synthesis.created", _("a ouvert une synthèse")),
        ("synthesis.edited", _("a modifié le cadre d’une synthèse")),
        ("section.added", _("a ajouté une section")),
        ("section.edited", _("a modifié une section")),
        ("section.removed", _("a supprimé une section")),
        ("section.moved", _("a déplacé une section")),
        ("recommendation.placed", _("a placé une recommandation")),
        ("recommendation.unplaced", _("a sorti une recommandation d’une section")),
        ("recommendation.moved", _("a déplacé une recommandation")),
        ("synthesis.published", _("a publié la version %(version)s d’une synthèse")),
    ]


def objects(viewer: Viewer, consultation: Consultation, labels: Sequence[str]) -> Iterator[NamedObject]:
    slug = consultation.slug
    for extract in (
        named(Extract, labels).filter(contribution__consultation=consultation).select_related("contribution")
    ):
        number = extract.contribution.number
        yield NamedObject(label(extract), extract.contribution.ref, reverse("syntheses:code", args=[slug, number]))
    writes = may(viewer, "syntheses.write", consultation)
    for one in named(Recommendation, labels).filter(consultation=consultation):
        url = reverse("syntheses:recommendation", args=[slug, one.number]) if writes else ""
        yield NamedObject(label(one), str(one), url)
    for synthesis in named(Synthesis, labels).filter(consultation=consultation):
        url = reverse(f"syntheses:{'edit' if writes else 'read'}", args=[slug, synthesis.number])
        yield NamedObject(label(synthesis), synthesis.title, url)
    for section in named(Section, labels).filter(synthesis__consultation=consultation):
        url = reverse("syntheses:section", args=[slug, section.pk]) if writes else ""
        yield NamedObject(label(section), section.title, url)


def grounds(viewer: Viewer, consultation: Consultation, entries: Sequence[JournalEntry]) -> Iterator[Ground]:
    """Return the reasons for which a version quotes texts that not all its readers may read."""
    made = {entry.pk: entry.details["version_pk"] for entry in entries if "version_pk" in entry.details}
    versions = SynthesisVersion.objects.in_bulk(set(made.values()))
    for entry in entries:
        if made.get(entry.pk) in versions:
            refs = ", ".join(f"C-{number}" for number in entry.details["disclosed"])
            reason = _("citer %(refs)s, que tout le monde ne peut pas lire") % {"refs": refs}
            yield Ground(entry.pk, reason, versions[made[entry.pk]].disclosure)


def register() -> None:
    outcomes.offer(published_outcomes)
    menu_entries.add(MenuEntry(section="synthese", label=gettext_lazy("Synthèse"), address=list_address, position=40))
    front_page_parts.add(
        FrontPagePart(
            key="synthesis",
            title=gettext_lazy("Dernière synthèse publiée"),
            anchor="synthese",
            render=latest_synthesis,
            position=30,
        )
    )
    organiser_entries.offer(nav_entries)
    todo_items.offer(tasks)
    sentence_sources.offer(sentences)
    object_sources.offer(objects)
    ground_sources.offer(grounds)
