"""How many notices a person has not read: the number in the header of their pages."""

from collections.abc import Mapping, Sequence

from django.db.models import Count

from concertation.prepared import Prepared
from concertation.viewer import Viewer

from .models import Notice

_counts = Prepared[int, tuple[int, int]](
    lambda people: (
        Notice.objects.unread().filter(person__in=people).order_by().values_list("person").annotate(n=Count("pk"))
    )
)


def unread_count(viewer: Viewer) -> int:
    """Return how many; one statement. A live page calls ``follow`` before, so that no later notice is missed."""
    if not viewer.is_known or viewer.is_stand_in:
        return 0
    pk = viewer.person.pk
    return viewer.ask("unread_notices", [pk], _fetch)[pk]


def _fetch(people: Sequence[int]) -> Mapping[int, int]:
    return dict.fromkeys(people, 0) | dict(_counts(people))
