"""The report of an import's errors, file by file."""

from collections.abc import Iterable, Mapping, Sequence

from django.core.exceptions import ValidationError

from concertation.documents.problems import found_by, grouped
from concertation.documents.spreadsheets import Problem

Problems = Mapping[str, Sequence[Problem]]


class Refused(Exception):
    """Raised when nothing was written; ``count`` errors by file, and ``report`` has them in few lines."""

    def __init__(self, problems: Problems) -> None:
        self.count = sum(map(len, problems.values()))
        self.report = [line for file, found in problems.items() for line in _named(file, found)]
        super().__init__("\n".join(self.report))

    @classmethod
    def by(cls, error: ValidationError) -> "Refused":
        """Return a refusal by the consultation as a whole, which is no error of a line."""
        return cls({"": [Problem(None, None, message) for message, _kind in found_by(error)]})


def _named(file: str, found: Iterable[Problem]) -> list[str]:
    in_order = sorted(found, key=lambda one: one.line or 0)
    return [f"{file} – {sentence}" if file else sentence for sentence in grouped(in_order)]
