"""Texts of the team have tables and footnotes, which those who see nothing can follow too."""

import re
from pathlib import Path

import pytest

from concertation.texts.markdown import Profile, render, text_content
from concertation.texts.templatetags.texts import sanitised

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
TABLE = "| Phase | Fin |\n|---|--:|\n| Besoins | **mai** |"


def html_of(body: str) -> str:
    return str(render(body, profile=Profile.STAFF).html)


def test_a_table_has_header_cells_and_a_label_made_of_them() -> None:
    assert html_of(TABLE).replace("\n", "") == (
        '<div class="table-wrap" role="region" tabindex="0" aria-label="Tableau\u00a0: Phase, Fin">'
        '<table class="table"><thead><tr><th scope="col">Phase</th>'
        '<th scope="col">Fin</th></tr></thead>'
        "<tbody><tr><td>Besoins</td><td><strong>mai</strong></td></tr></tbody></table></div>"
    )


@pytest.mark.parametrize("body", [f"Tableau : Le calendrier\n\n{TABLE}", f"{TABLE}\n\nTableau\u00a0: Le calendrier"])
def test_a_line_beside_a_table_is_its_caption(body: str) -> None:
    html = html_of(f"Avant.\n\n{body}\n\nAprès.")

    assert '<table class="table">\n<caption>Le calendrier</caption>' in html
    assert 'aria-label="Tableau\u00a0: Le calendrier"' in html
    assert re.findall(r"<p>(.*?)</p>", html) == ["Avant.", "Après."]


def test_a_line_between_two_tables_is_the_caption_of_one() -> None:
    html = html_of(f"{TABLE}\n\nTableau : Le calendrier\n\n{TABLE}")

    assert html.count("<caption>") == 1
    assert html.count('aria-label="Tableau\u00a0: Le calendrier"') == 1


def test_a_footnote_and_its_call_lead_to_each_other() -> None:
    html = html_of("Un mot[^1], un autre[^b].\n\n[^b]: Deux.\n[^1]: Une *note*.")
    name = re.findall(r'id="appel-([0-9a-f]{8})-1"', html)[0]

    assert f'<sup><a href="#note-{name}-1" id="appel-{name}-1" role="doc-noteref">1</a></sup>, un autre' in html
    assert re.findall(rf'<li id="note-{name}-(\d)">\n<p>(.*?)<a href="#appel-{name}-(\d)"', html) == [
        ("1", "Une <em>note</em>.", "1"),
        ("2", "Deux.", "2"),
    ]
    assert html.index('<section role="doc-endnotes" aria-label="Notes">') > html.index("un autre")


def test_a_note_called_twice_leads_back_to_both() -> None:
    html = html_of("a[^1] b[^1]\n\n[^1]: Une note.")

    called, back = re.findall(r'id="appel-([\w-]+)"', html), re.findall(r'href="#appel-([\w-]+)"', html)
    assert len(set(called)) == 2
    assert called == back


def test_a_note_holds_several_lines_and_paragraphs() -> None:
    html = html_of("a[^1]\n\n[^1]: Une note.\nsuite\n\n    Autre paragraphe.\n\nFin.")

    assert "<p>Une note.<br>\nsuite</p>\n<p>Autre paragraphe.<a" in html
    assert "<p>Fin.</p>\n<section" in html


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("a[^x]", "a[^x]"),
        ("a\n\n[^1]: jamais appelée\n\nb", "a\n[^1]: jamais appelée\nb"),
        ("a\n\n[^1]: jamais\nappelée\n\n    du tout\n\nb", "[^1]: jamais\nappelée\ndu tout\nb"),
        ("[^1]: https://a.fr", "[^1]: https://a.fr"),
        ("a[^1]\n\n[^1]: une\n\n[^1]: https://a.fr", "[^1]: https://a.fr"),
        ("> [^1]: https://a.fr\n> b", "[^1]: https://a.fr"),
        ("a[^1]\n\n[^1]: [^2]: https://a.fr", "[^2]: https://a.fr"),
        ("a[^1]\n\n[^1]: une\n\n[^1]: deux", "[^1]: deux"),
        ("a[^1]\n\n[^1]: voir[^1] [^2]: b", "voir[^1] [^2]: b"),
        ("a[^1]\n\n[^1]: [^2]: b", "[^2]: b"),
        ("[lien[^1]](https://a.fr)\n\n[^1]: une", "[lien1](https://a.fr)"),
    ],
)
def test_no_word_of_a_note_is_lost(body: str, kept: str) -> None:
    assert kept in render(body, profile=Profile.STAFF).plain


@pytest.mark.parametrize(
    ("body", "href"),
    [
        ("Voir https://ex.fr/x[^u].", "https://ex.fr/x"),
        ("Voir www.ville.fr[^u], puis", "https://www.ville.fr"),
        ("(https://ex.fr/?a[]=1[^u])", "https://ex.fr/?a[]=1"),
        ("Voir https://ex.fr/x.[^u]", "https://ex.fr/x"),
    ],
)
def test_a_call_straight_after_an_address_is_a_call(body: str, href: str) -> None:
    html = html_of(f"{body}\n\n[^u]: Un.")

    assert f'<a href="{href}" rel' in html
    assert html.count('role="doc-noteref">1</a>') == 1
    assert ">Un.<" in html.replace("<p>", ">")


def test_ids_of_two_texts_on_one_page_differ() -> None:
    first, second = html_of("a[^1]\n\n[^1]: une"), html_of("b[^1]\n\n[^1]: une")

    assert not set(re.findall(r' id="([^"]+)"', first)) & set(re.findall(r' id="([^"]+)"', second))


def test_ids_of_the_same_text_in_two_places_of_a_page_differ_and_its_links_stay_inside_it() -> None:
    html = html_of('a[^1], id="note-00000000-1"\n\n[^1]: une')
    shown = [sanitised(html), sanitised(html, "charte"), sanitised(html, 2)]

    ids = [re.findall(r' id="([^"]+)"', one) for one in shown]
    assert len({name for names in ids for name in names}) == 6
    assert [sorted(re.findall(r' href="#([^"]+)"', one)) for one in shown] == [sorted(names) for names in ids]
    assert [text_content(one) for one in shown] == [text_content(html)] * 3


def test_no_template_shows_two_texts_in_one_place() -> None:
    for path in sorted(TEMPLATES.rglob("*.html")):
        places = re.findall(r"(?:_html|charter\.html|one\.html)\|sanitised(?::([\w.\"]+))? }}", path.read_text("utf-8"))
        assert len(places) == len(set(places)), path


@pytest.mark.parametrize("body", [TABLE, "a[^1]\n\n[^1]: une"])
def test_the_same_in_a_contribution_is_words(body: str) -> None:
    assert render(body).plain == body.replace("\n\n", "\n").replace("**", "")
