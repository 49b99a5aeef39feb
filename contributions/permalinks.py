"""Address of a contribution, and messages to its author."""

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from concertation.journal import receipts

from .models import Contribution, State


def place_of(contribution: Contribution) -> str:
    """Return the address of a contribution: a root on the page of its topic, a reply in its thread."""
    slug = contribution.consultation.slug
    if contribution.parent_id is None:
        page = reverse("contributions:topic", args=[slug, contribution.topic_id])
    else:
        page = reverse("contributions:detail", args=[slug, contribution.number])
    return f"{page}#c-{contribution.number}"


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
