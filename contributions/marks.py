"""A participant's own marks on the shared page of a topic, read by one statement at each request."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import connection
from django.utils.safestring import SafeString

from concertation.consultations.models import Participation, Topic
from concertation.live.page_cache import Page

from .models import Contribution, Reaction, State, Visit
from .shells import attributes_of

_ACTS = "acts_"
_MARKS = """
SELECT 'mine', id FROM {contributions} WHERE author_id = %s AND id IN ({rows})
UNION ALL SELECT kind, contribution_id FROM {reactions} WHERE participation_id = %s AND contribution_id IN ({rows})
UNION ALL SELECT 'unpublished', id FROM {contributions}
WHERE author_id = %s AND topic_id = %s AND state = %s AND published_at IS NULL
UNION ALL SELECT 'new', id FROM {topics} WHERE id = %s AND last_said_at IS NOT NULL AND NOT EXISTS (
SELECT 1 FROM {visits} WHERE participation_id = %s AND topic_id = {topics}.id AND at >= last_said_at)
"""


@dataclass(slots=True)
class Marks:
    """The rows of a page that this person wrote, and their reactions to others.

    ``has_news`` if something was published there since they opened it; ``sees_more`` if they see a text that nobody
    else of their audience sees: their page is rendered for them alone.
    """

    mine: set[int] = field(default_factory=set)
    reactions: dict[int, str] = field(default_factory=dict)
    sees_more: bool = False
    has_news: bool = False

    @property
    def rows(self) -> set[int]:
        return self.mine | self.reactions.keys()


def marks_of(me: Participation, topic_pk: int, rows: Collection[int]) -> Marks:
    """Return the marks of ``me`` on a page that shows these ``rows`` of a topic."""
    pks = sorted(rows) or [0]
    statement = _MARKS.format(
        contributions=Contribution._meta.db_table,
        reactions=Reaction._meta.db_table,
        rows=", ".join(["%s"] * len(pks)),
        topics=Topic._meta.db_table,
        visits=Visit._meta.db_table,
    )
    marks = Marks()
    with connection.cursor() as cursor:
        cursor.execute(statement, [me.pk, *pks, me.pk, *pks, me.pk, topic_pk, State.PENDING, topic_pk, me.pk])
        for kind, pk in cursor.fetchall():
            if kind == "mine":
                marks.mine.add(pk)
            elif kind == "unpublished":
                marks.sees_more = True
            elif kind == "new":
                marks.has_news = True
            else:
                marks.reactions[pk] = kind
    return marks


def shown_on(page: Page) -> list[int]:
    """Return the rows of a shared page."""
    return [int(name.removeprefix(_ACTS)) for name in page.alternatives]


def filling(marks: Marks, page: Page) -> dict[str, str]:
    """Return the values of the page's placeholders that differ from their defaults for these marks."""
    own: dict[str, str] = {f"{_ACTS}{pk}": SafeString(page.alternatives[f"{_ACTS}{pk}"]) for pk in marks.mine}
    for pk in marks.rows:
        reaction = marks.reactions.get(pk, "")
        own[f"attributes_{pk}"] = attributes_of(is_mine=pk in marks.mine, reaction=reaction)
    return own
