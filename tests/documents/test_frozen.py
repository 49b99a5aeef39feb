"""Publishing a document of no particular domain: numbers, labels, and what counts as a change."""

from dataclasses import dataclass, field, replace

import pytest
from django.core.exceptions import ValidationError

from concertation.documents.frozen import freeze, imprint, next_label
from concertation.documents.labels import FIRST, Label, LabelConverter
from concertation.documents.model import Document, Quote, Section
from concertation.documents.models import FrozenVersion

from .samples import paragraph


@dataclass
class Minutes:
    """What ``freeze`` asks of a version, without a table."""

    number: int = 0
    major: int = 0
    minor: int = 0
    document: dict = field(default_factory=dict)
    sha256: str = ""

    label = FrozenVersion.label
    as_document = FrozenVersion.as_document
    verifies = FrozenVersion.verifies


@pytest.fixture
def build(now):
    """Minutes that say these words, under the label that they are given."""

    def saying(text, **fields):
        said = Section("Débats", "debats", (paragraph(text), Quote("q1", "Il faut des bancs.", "Camille", "/a/")))
        return lambda label: Document(
            "Compte rendu", metadata=imprint(label, now, None), sections=(said,), date=now.isoformat(), **fields
        )

    return saying


@pytest.fixture
def first(build):
    return freeze(None, Minutes(), build("Un."))


def test_numbers_follow_one_another_and_labels_say_what_changed(first, build):
    corrected = freeze(first, Minutes(), build("Deux."), is_correction=True)
    second = freeze(corrected, Minutes(), build("Trois."))

    assert [(one.number, str(one.label)) for one in (first, corrected, second)] == [(1, "1"), (2, "1.1"), (3, "2")]
    assert [one.as_document().metadata[0].value for one in (first, corrected, second)] == ["1", "1.1", "2"]
    assert all(one.verifies() for one in (first, corrected, second))


def test_there_is_nothing_to_correct_before_the_first_version():
    with pytest.raises(ValidationError):
        next_label(None, is_correction=True)

    assert next_label(None) == FIRST


@pytest.mark.parametrize("is_correction", [False, True])
def test_the_same_words_are_not_published_twice(first, build, is_correction):
    elsewhere = build("Un.", base_url="https://ailleurs.example.fr")

    with pytest.raises(ValidationError, match="version 1"):
        freeze(first, Minutes(), lambda label: replace(elsewhere(label), date=""), is_correction=is_correction)


def test_another_title_is_a_change(first, build):
    assert freeze(first, Minutes(), lambda label: replace(build("Un.")(label), title="Relevé")).number == 2


@pytest.mark.parametrize(("label", "address"), [(Label(1, 0), "1.0"), (Label(1, 10), "1.10"), (Label(12, 3), "12.3")])
def test_an_address_leads_back_to_its_label(label, address):
    assert LabelConverter().to_url(label) == address
    assert LabelConverter().to_python(address) == label
