"""The made-up debate is the same each time, has the shape it says, and can be imported and loaded."""

from collections import Counter

import pytest

from concertation.documents import spreadsheets
from concertation.texts.words import fold
from contributions import corpus
from contributions.models import Contribution, State

from .made_up import LONGEST_THREAD, load, made_up, write_csv


def test_the_same_seed_gives_the_same_debate_and_another_seed_another():
    assert made_up(300) == made_up(300)
    assert made_up(300) != made_up(300, seed=2)


@pytest.mark.parametrize("number", [1, 2, 534])
def test_there_are_as_many_lines_as_were_asked_for_each_after_what_it_answers(number):
    lines = made_up(number)

    assert [line.number for line in lines] == list(range(1, number + 1))
    assert all(line.parent < line.number for line in lines)


def test_threads_and_people_have_the_shape_of_a_real_debate():
    lines = made_up(6_000)
    replies = Counter(line.root for line in lines if line.root)
    people = Counter(line.author for line in lines)

    assert 150 < max(replies.values()) <= LONGEST_THREAD
    assert sum(not line.root for line in lines) == 2_244
    few = sorted(people.values(), reverse=True)
    assert sum(few[: len(few) // 10]) > len(lines) / 2, "a tenth of the people write most of it"


@pytest.mark.django_db
def test_the_file_has_the_columns_of_the_exchange_format(tmp_path):
    write_csv(tmp_path / "corpus.csv", made_up(50))

    rows = spreadsheets.read("corpus.csv", (tmp_path / "corpus.csv").read_bytes(), corpus.COLUMNS)
    assert len(rows) == 50
    assert {row.cells["phase"] for row in rows} == {"Phase"}


@pytest.mark.django_db
def test_what_is_loaded_is_what_the_corpus_then_holds(topic, future_topic, consultation, organiser):
    lines = made_up(400, topics=2)

    load([topic, future_topic], lines, by=organiser)

    held = list(corpus.lines_of(consultation))
    column = corpus.COLUMNS.index
    assert [line[column("texte")] for line in held] == [one.text if one.state == "publiee" else None for one in lines]
    assert [line[column("en_reponse_a")] for line in held] == [one.parent or None for one in lines]
    assert Contribution.objects.filter(root=None).count() == sum(not one.root for one in lines)
    assert Contribution.objects.filter(current__folded__contains=fold(lines[0].title)).exists()
    shown = Contribution.objects.filter(state=State.PUBLISHED).count()
    assert shown == sum(one.state == "publiee" for one in lines)
