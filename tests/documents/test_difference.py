"""What changed between two versions of a document, as their reader sees it."""

from dataclasses import replace

import pytest

from concertation.documents import difference as difference_module
from concertation.documents.difference import ADDED, CHANGED, DRESSED, MOVED, REMOVED, SAME, difference
from concertation.documents.frozen import imprint
from concertation.documents.labels import FIRST, Label
from concertation.documents.model import (
    Document,
    Entry,
    ItemList,
    Link,
    Note,
    Paragraph,
    Quote,
    Section,
    Table,
    Text,
)
from concertation.documents.versions import new_salts, redact, seal
from concertation.texts.diff import Steps

from .samples import everything, paragraph, words


def section(name, *texts):
    return Section(f"Partie {name}", name, tuple(paragraph(text) for text in texts))


def document(*sections, **fields):
    return Document(title="Synthèse", sections=sections, **fields)


def shown(found):
    return [(part.kind, part.anchor, [(one.kind, str(one.html)) for one in part.changes]) for part in found.parts]


def changed_lines(old, new):
    """What the page shows of one section whose blocks were ``old`` and are ``new``."""
    before, after = (document(Section("Partie", "a", blocks)) for blocks in (old, new))
    [part] = difference(before, after).parts
    return [(one.kind, str(one.html)) for one in part.changes]


def test_a_document_does_not_differ_from_itself():
    every = everything("Des mots")

    assert difference(every, every).parts == []
    assert difference(every, every).summary == ""


def test_an_imprint_a_date_and_seals_are_no_change(now):
    quote = Quote("q1", "Il faut des arbres.", "Camille", "/c/x/contributions/1/")
    made = [
        replace(document(Section("A", "a", (quote,))), date=date, metadata=imprint(label, now, None))
        for date, label in (("2026-10-01", FIRST), ("2026-10-02", Label(1, 1)))
    ]
    sealed = [seal(one, new_salts(one)).document for one in made]

    assert sealed[0] != sealed[1]
    assert difference(*sealed).parts == []
    assert difference(*(redact(one, ["q1"]) for one in sealed)).parts == []


def test_words_that_changed_are_marked_where_they_stand():
    before, after = (
        document(section("a", "Un.", "Deux rues.", "Trois.")),
        document(section("a", "Un.", "Deux places.", "Trois.")),
    )

    found = difference(before, after)

    lines = [(SAME, ""), (CHANGED, "Deux<del> rues</del><ins> places</ins>."), (SAME, "")]
    assert shown(found) == [(CHANGED, "a", lines)]
    assert found.summary == "1 passage modifié"


def test_unchanged_paragraphs_in_a_row_are_counted():
    before = document(section("a", *"abcdef"))
    after = document(section("a", *"abcdef", "Un dernier."))

    [part] = difference(before, after).parts

    assert [(one.kind, one.count) for one in part.changes] == [(SAME, 6), (ADDED, 1)]


def test_paragraphs_of_other_words_are_removed_and_added():
    lines = changed_lines((paragraph("Planter des arbres."),), (paragraph("Ouvrir une école bilingue."),))

    assert lines == [(REMOVED, "<del>Planter des arbres.</del>"), (ADDED, "<ins>Ouvrir une école bilingue.</ins>")]


def test_a_paragraph_put_before_another_leaves_it_alone():
    lines = changed_lines((paragraph("Un deux trois."),), (paragraph("Neuf."), paragraph("Un deux quatre.")))

    assert lines == [(ADDED, "<ins>Neuf.</ins>"), (CHANGED, "Un deux<del> trois</del><ins> quatre</ins>.")]


def test_sections_are_added_removed_and_moved():
    before = document(section("a", "Un."), section("b", "Deux."), section("c", "Trois."), section("d", "Quatre."))
    after = document(section("c", "Trois."), section("a", "Un."), section("e", "Cinq."), section("d", "Quatre."))

    kinds = [(part.kind, str(part.title)) for part in difference(before, after).parts]

    assert (REMOVED, "<del>Partie b</del>") in kinds
    assert (ADDED, "<ins>Partie e</ins>") in kinds
    assert [kind for kind, _title in kinds].count(MOVED) == 1
    assert len(kinds) == 3


def test_what_moved_with_the_section_around_it_is_not_named():
    outer = Section("A", "a", sections=(section("R-01", "Un."), section("R-02", "Deux.")))
    others = [section(name, name) for name in "bcdef"]

    found = difference(document(outer, *others), document(*others, outer))

    assert [(part.kind, part.anchor) for part in found.parts if part.kind == MOVED] == [(MOVED, "a")]
    assert len(found.parts) == 1
    assert found.summary == "1 partie déplacée"


def test_another_title_stands_beside_the_former_one():
    [part] = difference(document(), replace(document(), title="Bilan")).parts

    assert str(part.title) == "<del>Synthèse</del> <ins>Bilan</ins>"


def test_a_section_inside_another_is_compared_with_itself():
    inner = section("R-07", "Un deux.")
    before = document(Section("A", "a", sections=(inner,)), Section("B", "b"))
    after = document(Section("A", "a"), Section("B", "b", sections=(section("R-07", "Un trois."),)))

    [part] = difference(before, after).parts

    assert (part.anchor, [str(one.html) for one in part.changes]) == (
        "R-07",
        ["Un<del> deux</del><ins> trois</ins>."],
    )


def test_a_title_a_subtitle_and_an_entry_are_compared_too():
    before = document(metadata=(Entry("Phases couvertes", "Besoins"),), subtitle="Étape")
    after = replace(before, title="Synthèse finale", metadata=(Entry("Phases couvertes", "Besoins et outils"),))

    [part] = difference(before, after).parts

    assert str(part.title) == "Synthèse<ins> finale</ins>"
    assert [(one.kind, str(one.html)) for one in part.changes] == [
        (SAME, ""),
        (CHANGED, "Besoins<ins> et outils</ins>"),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (Text("mot"), Text("mot", strong=True)),
        (Link("https://a.fr/", words("mot")), Link("https://b.fr/", words("mot"))),
    ],
)
def test_bold_or_the_address_of_a_link_is_a_change_of_dress(old, new):
    assert changed_lines((Paragraph((old,)),), (Paragraph((new,)),)) == [(DRESSED, "mot")]


@pytest.mark.parametrize(
    "around",
    [
        lambda text: Paragraph((Text("Voir"), Note((paragraph(text),)))),
        lambda text: ItemList(((paragraph("Avant"),), (paragraph(text),))),
        lambda text: Table((words("Poste"), words(text)), ((words("Bancs"), words("3")),)),
        lambda text: Quote("q1", text, "Camille"),
    ],
    ids=["note", "item", "cell", "quote"],
)
def test_words_are_found_wherever_they_stand(around):
    lines = changed_lines((around("deux beaux bancs"),), (around("deux beaux arbres"),))

    assert [kind for kind, _html in lines if kind != SAME] == [CHANGED]
    assert "<del> bancs</del><ins> arbres</ins>" in str(lines)


def test_hostile_words_are_words():
    lines = changed_lines((paragraph("<b>a</b> b c"),), (paragraph("<b>a</b> b <script>"), paragraph("<i>")))

    assert "<script>" not in str(lines)
    assert "<b>" not in str(lines)
    assert "&lt;script" in str(lines)
    assert "<i>" not in str(lines)


def test_the_cost_is_bounded_however_long_the_documents():
    steps = Steps()
    before, after = (
        document(*(section(f"s{one}", *(f"{word} {one} {two} rue" for two in range(60))) for one in range(60)))
        for word in ("avant", "après")
    )

    found = difference(before, after, steps)

    assert len(found.parts) == 60
    assert steps.spent < 2 * 100_000


def test_a_very_long_rewritten_document_is_shown_without_gathering_all_its_words(monkeypatch):
    gathered = []
    real = difference_module._vocabulary
    monkeypatch.setattr(difference_module, "_vocabulary", lambda text: gathered.append(len(text)) or real(text))
    rue = "rue " * 100
    before, after = (
        document(*(section(f"s{one}", *(f"{word} {one} {two} {rue}" for two in range(50))) for one in range(80)))
        for word in ("avant", "après")
    )

    found = difference(before, after)

    assert len(found.parts) == 80
    assert sum(gathered) <= 400_000
