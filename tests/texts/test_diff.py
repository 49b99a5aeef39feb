"""A history shows what was added and what was taken out, and nothing of it is markup."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concertation.texts.diff import MOST_STEPS, Steps, changes, compare


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


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.sampled_from("ab .\n"), max_size=40), st.text(st.sampled_from("ab .\n"), max_size=40), st.integers(0, 60)
)
def test_both_texts_can_be_read_out_of_the_changes_when_the_steps_run_out(old: str, new: str, most: int) -> None:
    parts = changes(old, new, Steps(most))

    assert "".join(text for kind, text in parts if kind != "ins") == old
    assert "".join(text for kind, text in parts if kind != "del") == new


def _words(number: int, alphabet: list[str], between: str = " ") -> str:
    return between.join(random.Random(number).choices(alphabet, k=number))


def _slow_pairs() -> dict[str, tuple[str, str]]:
    """Pairs of 10,000 signs that cost most where a comparison has no bound."""
    numbered = [f"mot{number}" for number in range(1_400)]
    return {
        "other order": (" ".join(numbered), " ".join(numbered[::-1])),
        "all equal": ("a " * 5_000, "b\n" + "a " * 4_999),
        "all different": ("." * 10_000, "," * 10_000),
        "two words in turn": ("a b " * 2_500, "b a a " * 1_666),
        "two words at random": (_words(5_000, ["a", "b"]), _words(4_999, ["a", "b"])),
        "signs at random": (_words(10_000, list(".,;:!"), ""), _words(9_999, list(".,;:!"), "")),
        "short sentences": (_words(3_333, ["a.", "b.", "c."]), _words(3_332, ["a.", "b.", "c."])),
        "lines": (_words(5_000, ["a\n", "b\n"], ""), _words(4_999, ["a\n", "b\n"], "")),
        "one word in two": (
            " ".join(f"a {number}" for number in range(1_500)),
            " ".join(f"a x{number}" for number in range(1_400)),
        ),
        "one long word": ("a" * 10_000, "b" * 10_000),
    }


@pytest.mark.parametrize("name", list(_slow_pairs()))
def test_no_two_texts_take_more_than_the_steps_that_are_allowed(name: str) -> None:
    old, new = _slow_pairs()[name]
    steps = Steps()

    changes(old, new, steps)

    assert steps.spent <= MOST_STEPS + 3 * 10_000  # each try ends on the step that crosses its share


def test_a_few_words_in_a_long_text_are_found_wherever_they_stand() -> None:
    words = [f"mot{number % 700}" for number in range(6_000)]
    edited = [*words]
    edited[1_000], edited[3_000], edited[5_000] = "un", "deux", "trois"

    marked = [text for kind, text in changes(" ".join(words), " ".join(edited)) if kind == "ins"]

    assert marked == [" un", " deux", " trois"]


def test_a_text_written_anew_keeps_the_sentences_that_stayed() -> None:
    old = [_words(40 + number, ["a", "b", "c", "d"]) + "." for number in range(60)]
    new = [*(_words(140 + number, ["a", "b", "c", "d"]) + "." for number in range(60))]
    old[30] = new[30] = "Ceci est resté."

    parts = changes(" ".join(old), " ".join(new))

    assert any(kind == "same" and "Ceci est resté." in text for kind, text in parts)


def test_what_is_too_long_to_cut_into_words_is_compared_by_sentences() -> None:
    kept = "Une phrase gardée. " * 5_000

    parts = changes(kept + "Avant.", kept + "Après.")

    assert parts == [("same", kept), ("del", "Avant"), ("ins", "Après"), ("same", ".")]
