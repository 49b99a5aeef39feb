"""Extracts, recommendations and their evidence, syntheses and their frozen versions."""

from .coding import Extract, Reading
from .publishing import SynthesisVersion, VersionCitation
from .writing import Evidence, Placement, Recommendation, Section, Synthesis

__all__ = [
    "Evidence",
    "Extract",
    "Placement",
    "Reading",
    "Recommendation",
    "Section",
    "Synthesis",
    "SynthesisVersion",
    "VersionCitation",
]
