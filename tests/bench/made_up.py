"""A made-up debate shaped like a real one: thirty thousand lines, the same for the same seed.

Measured on « République numérique » (2015): how long titles, texts and replies are, how deep threads go, how many
replies they have (none for a third of them, 337 for one), how few people write most of it. No word of it is anybody's.

``write_csv`` makes the file that an importer reads (docs/exchange-format.md); ``load`` puts the same lines in the
database by plain SQL, in seconds, for what is measured on pages.
"""

import itertools
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import DateTimeField, Max, Model

from concertation.accounts.models import User
from concertation.consultations.models import Consultation, Participation, Topic
from concertation.consultations.numbers import take_number
from concertation.documents import spreadsheets
from concertation.texts.words import fold
from contributions import corpus
from contributions.counters import count_topics, count_turnout
from contributions.models import Contribution, Origin, Revision, TaggedContribution
from contributions.tree import path_under
from tests.keywords import bulk_add_keywords

LINES = 30_000
ROOTS = 0.374
FEWEST_WITHOUT_REPLY = 0.25
LONGEST_THREAD = 337
PEOPLE = 0.32
DEEPEST = 12
KEYWORDS = 60
BEGINNING = datetime(2015, 9, 26, 8, tzinfo=UTC)
LASTING = timedelta(days=22)

COMMON = (
    "de la les des et le à en un pour que du pas est une par dans il qui ne sur ou au ce plus être aux sont mais avec "
    "je c’est ces si cette tout on peut se d’un faire comme doit leur loi droit cela son même sans n’est bien fait y"
).split()
BEGINNINGS = "ac bor cor dé en for gar in jar lu mar no or par qua ré sou ter ur ver".split()
MIDDLES = "ba cou di fi ga li man né pla ro sa ti val".split()
ENDINGS = "bilité cheur dage eau erie esse ification itude loir ment oire rage tion ure ville".split()
NATURES = ("besoin", "frein", "opportunite", "solution", "experimentation", "outil", "")
STANCES = ("Argument pour", "Argument contre")


@dataclass(frozen=True, slots=True)
class Line:
    """One contribution; ``root`` and ``parent`` are the numbers of other lines, 0 for none."""

    number: int
    root: int
    parent: int
    topic: int
    author: int
    title: str
    text: str
    nature: str
    keywords: tuple[str, ...]
    published_at: datetime
    state: str
    agree: int
    disagree: int


def made_up(number: int = LINES, *, topics: int = 18, seed: int = 1) -> list[Line]:
    """So many lines in the order of their numbers: a line comes after what it answers."""
    # Not a secret: the same seed gives the same debate.
    rng = random.Random(seed)
    roots = max(1, round(number * ROOTS))
    words = _Words(rng)
    people = _ranked(max(1, round(number * PEOPLE)), 0.9)
    topic_of = rng.choices(range(topics), cum_weights=_ranked(topics, 0.9), k=roots)
    answers = _replies_a_thread(rng, roots, number - roots)
    numbers = itertools.count(1)
    lines: list[Line] = []
    for topic, replies in zip(topic_of, answers, strict=True):
        thread = list(_thread(rng, words, numbers, topic, replies))
        authors = rng.choices(range(len(people)), cum_weights=people, k=len(thread))
        lines += [replace(line, author=author) for line, author in zip(thread, authors, strict=True)]
    return lines


def _thread(rng: random.Random, words: "_Words", numbers: Iterator[int], topic: int, replies: int) -> Iterator[Line]:
    root = next(numbers)
    at = BEGINNING + rng.random() * LASTING
    levels = {root: 1}
    for index in range(replies + 1):
        number = next(numbers) if index else root
        parent = _answered(rng, root, levels) if index else 0
        levels[number] = levels.get(parent, 0) + 1
        at += timedelta(minutes=rng.expovariate(1 / 40)) if index else timedelta()
        state = rng.choices(("publiee", "masquee", "retiree"), (985, 10, 5))[0]
        yield Line(
            number=number,
            root=root if index else 0,
            parent=parent,
            topic=topic,
            author=0,
            title="" if index else words.text(rng, 57, 0.5, 160),
            text="-"
            if index and rng.random() < 0.07
            else words.text(rng, *((239, 0.95, 1_998) if index else (403, 1.05, 19_000))),
            nature=rng.choice(NATURES),
            keywords=(rng.choice(STANCES),) if index else words.keywords(rng),
            published_at=at.replace(microsecond=0),
            state=state,
            agree=int(rng.lognormvariate(1.2, 1.1)),
            disagree=int(rng.lognormvariate(0.2, 1.0)),
        )


def _answered(rng: random.Random, root: int, levels: dict[int, int]) -> int:
    """Most answer what opened the thread, others one of the latest answers."""
    if rng.random() < 0.6:
        return root
    recent = rng.choice(list(levels)[-10:])
    return recent if levels[recent] < DEEPEST else root


class _Words:
    """Words that sound French, the frequent ones often; texts are cut from one long run of them."""

    def __init__(self, rng: random.Random) -> None:
        made = [a + b + c for a in BEGINNINGS for b in MIDDLES for c in ENDINGS]
        rng.shuffle(made)
        every = COMMON + made
        self.run = rng.choices(every, cum_weights=_ranked(len(every), 1.0), k=40_000)
        self.listed = [f"{made[n]} {made[-n - 1]}" for n in range(KEYWORDS)]
        self.weights = _ranked(KEYWORDS, 1.0)

    def text(self, rng: random.Random, median: int, spread: float, longest: int) -> str:
        """A text of about so many signs, by a log-normal law, in sentences and paragraphs."""
        signs = min(longest, max(12, round(median * rng.lognormvariate(0, spread))))
        start = rng.randrange(len(self.run))
        taken = self.run[start : start + signs // 7 + 1] or self.run[:3]
        sentences = [" ".join(taken[at : at + 17]).capitalize() for at in range(0, len(taken), 17)]
        if longest <= 250:
            return sentences[0][:longest]
        paragraphs = [". ".join(sentences[at : at + 6]) for at in range(0, len(sentences), 6)]
        return "\n\n".join(f"{one}." for one in paragraphs)[:longest]

    def keywords(self, rng: random.Random) -> tuple[str, ...]:
        return tuple(sorted(set(rng.choices(self.listed, cum_weights=self.weights, k=rng.choice((0, 1, 1, 2, 3))))))


def _ranked(number: int, power: float) -> list[float]:
    """Cumulated weights of a power law: the first is chosen far more often than the last."""
    return list(itertools.accumulate(1 / (rank + 1) ** power for rank in range(number)))


def _replies_a_thread(rng: random.Random, threads: int, replies: int) -> list[int]:
    """By a power law of their rank, the longest thread having what the real one had; shuffled."""
    answered = max(1, round(threads * (1 - FEWEST_WITHOUT_REPLY)))
    weights = [1 / (rank + 1) ** 0.72 for rank in range(answered)]
    low, high = 0.0, float(replies) + 1
    for _ in range(60):
        scale = (low + high) / 2
        counts = [min(LONGEST_THREAD, int(scale * weight)) for weight in weights]
        low, high = (scale, high) if sum(counts) < replies else (low, scale)
    for index in range(sum(counts) - replies):
        counts[-1 - index] = max(0, counts[-1 - index] - 1)
    for index in range(replies - sum(counts)):
        counts[index % answered] += 1
    everything = counts + [0] * (threads - answered)
    rng.shuffle(everything)
    return everything


def write_csv(path: Path, lines: Iterable[Line], *, phase: str = "Phase") -> None:
    """The lines in the exchange format; their topics, authors and keywords are made by the import, the phase exists."""
    rows = [[_cells(line, phase).get(column) for column in corpus.COLUMNS] for line in lines]
    path.write_bytes(spreadsheets.write_csv(corpus.COLUMNS, rows))


def _cells(line: Line, phase: str) -> dict[str, Any]:
    shown = line.state == "publiee"
    return {
        "numero": line.number,
        "en_reponse_a": line.parent or "",
        "phase": phase,
        "thematique": f"Thématique {line.topic + 1}",
        "titre": line.title if shown else "",
        "texte": line.text if shown else "",
        "nature": line.nature,
        "mots_cles": corpus.joined(line.keywords),
        "auteur_cle": f"invente:p{line.author}",
        "auteur": f"Personne {line.author}" if shown else "",
        "origine": "import",
        "publie_le": line.published_at,
        "etat": line.state,
        "accord": line.agree,
        "desaccord": line.disagree,
        "cle": f"invente:{line.number}",
    }


_STATES = {name: state for state, name in corpus.STATES.items() if state != "pending"}


def load(topics: Sequence[Topic], lines: Sequence[Line], *, by: User) -> None:
    """Put the lines into these topics of one consultation, each with its text, its author and its keywords."""
    consultation = topics[0].phase.consultation
    first = take_number(consultation, "contribution", count=len(lines))
    keys = _Keys(lines)
    with transaction.atomic():
        people = _people(consultation, lines)
        keywords = bulk_add_keywords(consultation, sorted({word for line in lines for word in line.keywords}), by=by)
        rows = list(_rows(topics, lines, keys, first, people))
        _insert(Contribution(consultation=consultation, origin=Origin.IMPORT), rows)
        _insert(Revision(number=1), [_text(line, row) for line, row in zip(lines, rows, strict=True)])
        uses = [
            {"content_object_id": row["id"], "topic_id": row["topic_id"], "tag_id": keywords[word].pk}
            for line, row in zip(lines, rows, strict=True)
            for word in line.keywords
        ]
        following = itertools.count(_next_key(TaggedContribution))
        _insert(TaggedContribution(), [{"id": next(following)} | use for use in uses])
        count_topics(topics)
        count_turnout(consultation)
        _reset_sequences(Contribution, Revision, TaggedContribution, Participation)


class _Keys:
    """The primary key of each line, as a contribution and as its text."""

    def __init__(self, lines: Sequence[Line]) -> None:
        rows, texts = _next_key(Contribution), _next_key(Revision)
        self.row = {line.number: rows + index for index, line in enumerate(lines)}
        self.text = {line.number: texts + index for index, line in enumerate(lines)}


def _people(consultation: Consultation, lines: Sequence[Line]) -> dict[int, int]:
    start = _next_key(Participation)
    people = {author: start + index for index, author in enumerate(sorted({line.author for line in lines}))}
    named = [
        {"id": pk, "pseudonym": f"Personne {author}", "source_key": f"invente:{start}:p{author}"}
        for author, pk in people.items()
    ]
    _insert(Participation(consultation=consultation), named)
    return people


def _rows(
    topics: Sequence[Topic], lines: Sequence[Line], keys: _Keys, first: int, people: dict[int, int]
) -> Iterator[dict[str, Any]]:
    """The columns of each contribution that differ from one to another."""
    replies: dict[int, list[datetime]] = {}
    for line in lines:
        if line.root and line.state == "publiee":
            replies.setdefault(line.root, []).append(line.published_at)
    natures = {one.code: one.pk for one in topics[0].phase.consultation.natures.all()}
    paths = {0: ""}
    for line in lines:
        paths[line.number] = path_under(paths[line.parent], first + line.number - 1)
        topic = topics[line.topic % len(topics)].pk
        answered = replies.get(line.number, [])
        yield {
            "id": keys.row[line.number],
            "number": first + line.number - 1,
            "topic_id": topic,
            "parent_id": keys.row.get(line.parent),
            "root_id": keys.row.get(line.root),
            "root_topic_id": topic if line.root else None,
            "path": paths[line.number],
            "author_id": people[line.author],
            "nature_id": natures.get(line.nature),
            "title": line.title,
            "current_id": keys.text[line.number],
            "state": _STATES[line.state],
            "source_key": f"invente:{first + line.number - 1}",
            "created_at": line.published_at,
            "published_at": line.published_at,
            "last_activity_at": max(answered, default=line.published_at),
            "reply_count": len(answered),
            "imported_agree": line.agree,
            "imported_disagree": line.disagree,
        }


def _text(line: Line, row: dict[str, Any]) -> dict[str, Any]:
    html = "".join(f"<p>{one}</p>" for one in line.text.split("\n\n"))
    return {
        "id": row["current_id"],
        "contribution_id": row["id"],
        "title": line.title,
        "body": line.text,
        "html": html,
        "plain": line.text,
        "folded": "\n".join((fold(line.title), fold(line.text))),
        "at": line.published_at,
    }


def _next_key(model: type[Model]) -> int:
    return int(model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1


def _insert(template: Model, rows: Sequence[dict[str, Any]]) -> None:
    """Write the rows by one statement; what they do not say is as in ``template``."""
    if not rows:
        return
    fields = template._meta.concrete_fields
    common = {one.attname: one.get_db_prep_save(getattr(template, one.attname), connection) for one in fields}
    moments = {one.attname for one in fields if isinstance(one, DateTimeField)} & rows[0].keys()
    columns = ", ".join(f'"{one.column}"' for one in fields)
    marks = ", ".join("%s" for _ in fields)
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.executemany(
            f'INSERT INTO "{template._meta.db_table}" ({columns}) VALUES ({marks})',
            [list((common | row | {name: adapt(row[name]) for name in moments}).values()) for row in rows],
        )


def _reset_sequences(*models: type[Model]) -> None:
    """Keys were chosen here: the database goes on after them."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
