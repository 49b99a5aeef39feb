"""A text cut short keeps its line ends."""

import pytest

from concertation.texts.templatetags.texts import first_words


@pytest.mark.parametrize(
    ("most", "shown"), [(2, "Un mot …"), (3, "Un mot\nde …"), (4, "Un mot\nde plus"), (9, "Un mot\nde plus")]
)
def test_line_ends_stay_and_a_cut_is_shown(most: int, shown: str) -> None:
    assert first_words("Un mot\nde plus", most) == shown
