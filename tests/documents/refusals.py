"""What a refused file says."""

import pytest

from concertation.documents.spreadsheets import BadFile


def words_of(refusal: pytest.ExceptionInfo[BadFile]) -> list[str]:
    return [str(problem).replace("\u00a0", " ").replace("\u202f", " ") for problem in refusal.value.problems]
