"""Keywords that are there, as many at once as a test wants."""

from collections.abc import Iterable

from concertation.accounts.models import User
from concertation.consultations.models import Consultation
from contributions.actions.keywords import prepare_keywords, show_keywords
from contributions.models import Keyword


def bulk_add_keywords(consultation: Consultation, names: Iterable[str], *, by: User) -> dict[str, Keyword]:
    """Bring keywords in as an import does, and show them."""
    found = prepare_keywords(consultation, names, by=by)
    show_keywords(consultation, keys=[one.pk for one in found.values()], by=by)
    return found
