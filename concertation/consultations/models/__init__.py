"""A consultation, its frame, its phases, its people."""

from .consultation import Consultation, Counter, Document, News, Partner, SlugHistory
from .frame import ActorFamily, ActorKind, Nature, Reason, Stake, Territory
from .people import Invitation, Membership, Participation, Role, SpeaksFor, Suspension
from .phases import Phase, Topic

__all__ = [
    "ActorFamily",
    "ActorKind",
    "Consultation",
    "Counter",
    "Document",
    "Invitation",
    "Membership",
    "Nature",
    "News",
    "Participation",
    "Partner",
    "Phase",
    "Reason",
    "Role",
    "SlugHistory",
    "SpeaksFor",
    "Stake",
    "Suspension",
    "Territory",
    "Topic",
]
