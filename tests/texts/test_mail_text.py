"""A text of the team as the text of a mail."""

import pytest

from concertation.texts import markdown
from concertation.texts.mail_text import mail_text


def written(body):
    return mail_text(markdown.render(body, profile=markdown.Profile.STAFF, top_heading=2).html)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("Bonjour,\n\nvenez.", "Bonjour,\n\nvenez."),
        ("Une ligne\nune autre", "Une ligne\nune autre"),
        ("# Titre\n\nUn **mot** fort.", "Titre\n\nUn mot fort."),
        ("À lire :\n\n- un\n- deux\n\nFin.", "À lire :\n\n- un\n- deux\n\nFin."),
        ("1. un\n2. deux", "1. un\n2. deux"),
        ("- un\n  - dedans\n- deux", "- un\n  - dedans\n- deux"),
        ("Lire [le bilan](https://a.fr/b).", "Lire le bilan (https://a.fr/b)."),
        ("<https://a.fr/b>", "https://a.fr/b"),
        ("[a@b.fr](mailto:a@b.fr)", "a@b.fr"),
        ("> Cité\n\nAprès.", "> Cité\n\nAprès."),
        ("a < b & c", "a < b & c"),
        ("Un\n\n---\n\nDeux", "Un\n\n* * *\n\nDeux"),
        ("| Jour | Lieu |\n|---|---|\n| Lundi | Lille |", "Jour | Lieu\nLundi | Lille"),
    ],
)
def test_marks_become_what_a_mail_can_show(body, text):
    assert written(body) == text


def test_no_mark_of_html_is_left():
    assert "<" not in written("# Titre\n\n**gras** *penché* `code`\n\n- [x](https://a.fr)\n\nAppel[^1]\n\n[^1]: Note.")
