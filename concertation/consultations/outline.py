"""What a new consultation starts with, as its form gives it or as it usually is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import presets
from .lines import DASH, Column, Line, columns_of, parsed, written
from .models import ActorKind, Nature, Reason, Stake, Topic

KIND = columns_of(ActorKind, "label", "family")
NATURE = columns_of(Nature, "singular", "plural")
STAKE = columns_of(Stake, "label")
REASON = columns_of(Reason, "label", "explanation")
TOPIC = columns_of(Topic, "title", "question")
TOPIC_BETWEEN = DASH


@dataclass(frozen=True, kw_only=True)
class NewPhase:
    """A phase with its topics; of the ``natures``, by code, it has those that the consultation has."""

    title: str
    goal: str
    opens_at: datetime
    closes_at: datetime
    natures: Sequence[str] = ()
    topics: Sequence[Line] = ()


@dataclass(frozen=True, kw_only=True)
class Outline:
    """The lists, the charter and the phases of a new consultation."""

    kinds: Sequence[Line]
    natures: Sequence[Line]
    stakes: Sequence[Line]
    to_hide: Sequence[Line]
    to_restore: Sequence[Line]
    to_move: Sequence[Line]
    charter: tuple[str, str] | None = None
    phases: Sequence[NewPhase] = ()


def typed(preset: presets.Preset) -> dict[str, str]:
    """Return the lists of a preset as a person types them, by the name of their field."""
    return {
        "kinds": written(preset.kinds),
        "natures": written((singular, plural) for _code, singular, plural, *_shown in presets.NATURES),
        "stakes": written((stake,) for stake in preset.stakes),
        "to_hide": written(presets.REASONS_TO_HIDE),
        "to_restore": written(presets.REASONS_TO_RESTORE),
        "to_move": written(presets.REASONS_TO_MOVE),
    }


COLUMNS: dict[str, list[Column]] = {
    "kinds": KIND,
    "natures": NATURE,
    "stakes": STAKE,
    "to_hide": REASON,
    "to_restore": REASON,
    "to_move": REASON,
}


def usual() -> Outline:
    """Return the usual lists, without stakes, charter or phases."""
    texts = {**typed(presets.USUAL), "stakes": ""}
    lists: dict[str, Any] = {name: parsed(texts[name], columns) for name, columns in COLUMNS.items()}
    return Outline(**lists)
