"""Address of a contribution, and messages to its author."""

from datetime import datetime
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from concertation.accounts.addresses import is_path_of_this_site
from concertation.consultations.link_preview import LinkPreview, preview_of, shortened
from concertation.consultations.models import Phase
from concertation.journal import receipts

from .models import Contribution, State

LONGEST_HEADING = 80


def place_of(contribution: Contribution) -> str:
    """Return the address of a contribution: a root on the page of its topic, a reply in its thread."""
    slug = contribution.consultation.slug
    if contribution.parent_id is None:
        page = reverse("contributions:topic", args=[slug, contribution.topic_id])
    else:
        page = reverse("contributions:detail", args=[slug, contribution.number])
    return f"{page}#c-{contribution.number}"


def heading_of(contribution: Contribution) -> str:
    """Return the title of a contribution, or its first words; its number where its words are not shown."""
    if not contribution.is_shown or contribution.current is None:
        return contribution.ref
    return contribution.title or shortened(contribution.current.plain, LONGEST_HEADING)


def preview_of_contribution(contribution: Contribution, now: datetime, *, path: str) -> LinkPreview | None:
    """Return what other sites show of a link to it; nothing of a text that not everyone reads."""
    text = contribution.current
    if contribution.topic.phase.access != Phase.Access.PUBLIC or contribution.state != State.PUBLISHED or text is None:
        return None
    title = f"{heading_of(contribution)} – {contribution.author.name}, {contribution.ref}"
    return preview_of(contribution.consultation, now, path=path, title=title, description=text.plain)


def page_before(request: HttpRequest, contribution: Contribution) -> str:
    """Return the page that this request was sent from, at the same contribution; only an address of this site."""
    try:
        came_from = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return place_of(contribution)
    if came_from.netloc == request.get_host() and is_path_of_this_site(came_from.path):
        query = f"?{came_from.query}" if came_from.query else ""
        return f"{came_from.path}{query}#c-{contribution.number}"
    return place_of(contribution)


def already_published(written: Contribution) -> SafeString:
    """Add a message to the author of the same words that nothing new was published."""
    opening = _("Déjà envoyée à la modération") if written.state == State.PENDING else _("Déjà publiée")
    return receipts.identical(written, place_of(written), opening=opening)


def add_published_message(request: HttpRequest, written: Contribution) -> None:
    if receipts.is_identical(written):
        messages.info(request, already_published(written))
    elif written.state == State.PENDING:
        messages.info(request, _("Votre texte est enregistré. La modération le lit avant sa publication."))
    elif written.parent_id:
        messages.success(request, _("Votre réponse %(ref)s est publiée.") % {"ref": written.ref})
    else:
        messages.success(request, _("Votre contribution %(ref)s est publiée.") % {"ref": written.ref})
