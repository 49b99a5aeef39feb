"""The measures that this app counts."""

from .measures import (
    CONTRIBUTIONS,
    CONTRIBUTORS,
    INVITED,
    JOINED,
    REACTIONS,
    REPLIES,
    SILENT,
    Source,
    sources,
)
from .people import count_people
from .texts import count_reactions, count_texts


def register() -> None:
    sources.add(Source((INVITED, JOINED, SILENT), count_people))
    sources.add(Source((CONTRIBUTORS, CONTRIBUTIONS, REPLIES), count_texts))
    sources.add(Source((REACTIONS,), count_reactions))
