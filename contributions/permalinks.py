"""Where a contribution is read, and what its author is told there."""

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from .models import Contribution, State


def place_of(contribution: Contribution) -> str:
    """Where a contribution is read: a root on the page of its topic, a reply in its thread."""
    slug = contribution.consultation.slug
    if contribution.parent_id is None:
        page = reverse("contributions:topic", args=[slug, contribution.topic_id])
    else:
        page = reverse("contributions:detail", args=[slug, contribution.number])
    return f"{page}#c-{contribution.number}"


def say_published(request: HttpRequest, written: Contribution) -> None:
    if written.state == State.PENDING:
        messages.info(request, _("Votre texte est enregistré. La modération le lit avant sa publication."))
    elif written.parent_id:
        messages.success(request, _("Votre réponse %(ref)s est publiée.") % {"ref": written.ref})
    else:
        messages.success(request, _("Votre contribution %(ref)s est publiée.") % {"ref": written.ref})
