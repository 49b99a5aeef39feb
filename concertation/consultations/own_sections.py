"""The sections that this app has itself: presentation and debate in the menu, topics, and what a front page says."""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from . import topics
from .models import Consultation
from .sections import (
    FrontPage,
    FrontPagePart,
    MenuEntry,
    PhaseContent,
    contents_of,
    front_page_parts,
    menu_entries,
    phase_contents,
)

NEWS_SHOWN = 3


def _home(consultation: Consultation) -> str:
    return reverse("consultations:home", args=[consultation.slug])


def _debate(consultation: Consultation) -> str:
    return reverse("consultations:debate", args=[consultation.slug])


def render_featured(page: FrontPage) -> SafeString:
    """Render the phases that are open now, or else the last one, with their listed content."""
    phases = page.programme.featured
    contents = contents_of(page.consultation, phases, page.audience, page.now, listed=True)
    context = {"phases": [(phase, contents[phase.pk]) for phase in phases], "is_open": bool(page.programme.running)}
    return SafeString(render_to_string("consultations/featured.html", context))


def render_news(page: FrontPage) -> SafeString:
    """Render the last news; the older ones are folded below."""
    news = list(page.consultation.news.all())
    if not news:
        return SafeString()
    context = {"latest": news[:NEWS_SHOWN], "older": news[NEWS_SHOWN:]}
    return SafeString(render_to_string("consultations/news.html", context))


def render_about(page: FrontPage) -> SafeString:
    """Render who consults and why, what becomes of the contributions, partners, documents and the charter."""
    consultation = page.consultation
    context = {
        "consultation": consultation,
        "partners": consultation.partners.all(),
        "documents": consultation.documents.all(),
    }
    return SafeString(render_to_string("consultations/about.html", context))


def register() -> None:
    menu_entries.add(MenuEntry(section="presentation", label=_("Présentation"), address=_home, position=10))
    menu_entries.add(MenuEntry(section="debat", label=_("Débat"), address=_debate, position=20))
    front_page_parts.add(FrontPagePart(key="featured", render=render_featured, position=10))
    front_page_parts.add(
        FrontPagePart(key="news", render=render_news, position=15, title=_("Actualités"), anchor="actualites")
    )
    front_page_parts.add(FrontPagePart(key="about", render=render_about, position=90))
    phase_contents.add(
        PhaseContent(
            key="topics",
            title=_("Thématiques"),
            anchor="thematiques",
            render=topics.render_cards,
            position=10,
            is_listed=True,
        )
    )
