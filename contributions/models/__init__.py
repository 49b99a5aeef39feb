"""Contributions, their revisions, reactions, keywords, imports and decisions."""

from .batches import Batch
from .contribution import Contribution, ContributionQuerySet, Origin, Revision, State, Turnout, Voices
from .keywords import Keyword, TaggedContribution
from .moderation import Decision, DecisionAct, Report
from .reactions import Reaction
from .visits import Visit

__all__ = [
    "Batch",
    "Contribution",
    "ContributionQuerySet",
    "Decision",
    "DecisionAct",
    "Keyword",
    "Origin",
    "Reaction",
    "Report",
    "Revision",
    "State",
    "TaggedContribution",
    "Turnout",
    "Visit",
    "Voices",
]
