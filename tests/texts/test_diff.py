"""A history shows what was added and what was taken out, and nothing of it is markup."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concertation.texts.diff import changes, compare


def test_words_changed_are_marked_where_they_stand() -> None:
    assert compare("Le chat noir dort.", "Le chien noir dort bien.") == (
        "Le<del> chat</del><ins> chien</ins> noir dort<ins> bien</ins>."
    )


def test_markup_in_the_texts_stays_text() -> None:
    assert compare("<b>a</b>", "<script>a</script>") == (
        "&lt;<del>b</del><ins>script</ins>&gt;a&lt;/<del>b</del><ins>script</ins>&gt;"
    )


@pytest.mark.parametrize(
    ("old", "new", "shown"), [("", "a", "<ins>a</ins>"), ("a", "", "<del>a</del>"), ("a", "a", "a"), ("", "", "")]
)
def test_nothing_and_something(old: str, new: str, shown: str) -> None:
    assert compare(old, new) == shown


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("ab <>&\n.é"), max_size=40), st.text(st.sampled_from("ab <>&\n.é"), max_size=40))
def test_both_texts_can_be_read_out_of_the_changes(old: str, new: str) -> None:
    parts = changes(old, new)

    assert "".join(text for kind, text in parts if kind != "ins") == old
    assert "".join(text for kind, text in parts if kind != "del") == new


def test_a_text_made_to_be_slow_is_compared_in_larger_pieces() -> None:
    old, new = "a " * 10_000, "b\n" + "a " * 9_999

    assert changes(old, new) == [("del", old), ("ins", new)]
