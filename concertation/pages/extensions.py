"""What the pages of the site put into the pages of a consultation: legal pages to write before it opens."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concertation.accounts.models import LegalText
from concertation.consultations.checklist import checks
from concertation.consultations.models import Consultation
from concertation.consultations.sections import MenuEntry, menu_entries
from concertation.consultations.todo import TodoItem
from concertation.permissions import may
from concertation.viewer import Viewer

from .legal.texts import PAGES


def register() -> None:
    checks.offer(legal_pages_to_write)
    label = gettext_lazy("Rechercher")
    menu_entries.add(MenuEntry(section="recherche", label=label, address=_search, position=60, icon="search"))


def _search(consultation: Consultation) -> str:
    return reverse("pages:search", args=[consultation.slug])


def legal_pages_to_write(viewer: Viewer, consultation: Consultation) -> Iterator[TodoItem]:
    """Return the legal pages that are not published; a text with blanks cannot be."""
    keys = [page.key for page in PAGES.values()]
    published = set(LegalText.objects.filter(key__in=keys).values_list("key", flat=True))
    address = "pages:legal_edit" if may(viewer, "pages.edit_legal_pages") else "pages:legal"
    for page in PAGES.values():
        if page.key not in published:
            yield TodoItem(
                label=_("Page légale à remplir : %(title)s") % {"title": page.title},
                text=_("L’administration du site la rédige. La loi la demande avant l’ouverture au public."),
                url=reverse(address, args=[page]),
                icon="document",
            )
