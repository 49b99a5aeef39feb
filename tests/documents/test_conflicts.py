"""What a save writes when somebody else saved meanwhile."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from concertation.documents.conflicts import Version, is_conflict, merge


@pytest.fixture
def row():
    return SimpleNamespace(title="Un titre", body="Un texte.\nDeux lignes.", body_html="<p>Un texte.</p>")


def version(row):
    return Version.of({"title": row.title, "body": row.body})


def test_what_its_author_left_alone_is_not_written(row):
    fields = {"title": "Un titre", "body": "Autre texte.", "body_html": "<p>Autre texte.</p>"}

    assert merge(row, fields, version(row)) == {"body": "Autre texte.", "body_html": "<p>Autre texte.</p>"}


def test_what_its_author_left_alone_and_another_changed_stays_as_the_other_left_it(row):
    older = version(row)
    row.title = "Le titre d’une autre"

    assert merge(row, {"title": "Un titre", "body": "Mon texte."}, older) == {"body": "Mon texte."}


def test_line_ends_of_a_browser_are_no_change(row):
    assert merge(row, {"body": " Un texte.\r\nDeux lignes.\r\n"}, version(row)) == {}


def test_what_both_changed_is_refused_by_name(row):
    older = version(row)
    row.body = "Le texte d’une autre."

    with pytest.raises(ValidationError) as refusal:
        merge(row, {"title": "Mon titre", "body": "Mon texte."}, older)

    assert is_conflict(refusal.value)
    assert refusal.value.params == {"fields": ["body"]}


def test_the_same_words_from_two_people_are_no_conflict(row):
    older = version(row)
    row.body = "Les mêmes mots."

    assert merge(row, {"title": "Un titre", "body": "Les mêmes mots."}, older) == {}


def test_a_version_that_says_nothing_of_a_field_is_an_older_one(row):
    with pytest.raises(ValidationError):
        merge(row, {"body": "Mon texte."}, Version.parse("1"))


def test_a_version_is_read_back_from_a_form(row):
    assert Version.parse(str(version(row))) == version(row)
    assert Version.parse("") is None
