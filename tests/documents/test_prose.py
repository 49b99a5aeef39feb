"""People's Markdown, once sanitised, becomes blocks of a document; pages show blocks with every word escaped."""

import json
import re

import pytest
from bleach._vendor import html5lib

from concertation.documents.model import Document, Heading, ItemList, Link, Paragraph, Preformatted, Quote, Rule, Text
from concertation.documents.page import to_html
from concertation.documents.pandoc import Tree
from concertation.documents.prose import from_html
from concertation.texts.markdown import Profile, render
from tests.documents.hostile import LIST, generated, plain_of
from tests.documents.samples import everything


def blocks_of(body: str):
    return from_html(render(body, profile=Profile.STAFF).html)


def paragraph(*content) -> Paragraph:
    return Paragraph(tuple(Text(one) if isinstance(one, str) else one for one in content))


@pytest.mark.parametrize(
    ("body", "blocks"),
    [
        ("", ()),
        ("Un\n\nDeux", (paragraph("Un"), paragraph("Deux"))),
        ("**a** _b_", (paragraph(Text("a", strong=True), " ", Text("b", emphasis=True)),)),
        ("~~c~~ `d`", (paragraph(Text("c", struck=True), " ", Text("d", code=True)),)),
        ("[le *plan*](/c/x/)", (paragraph(Link("/c/x/", (Text("le "), Text("plan", emphasis=True)))),)),
        ("# Un\n\n## Deux", (Heading((Text("Un"),), 1), Heading((Text("Deux"),), 2))),
        ("- a\n- b", (ItemList(((paragraph("a"),), (paragraph("b"),))),)),
        ("3. a\n4. b", (ItemList(((paragraph("a"),), (paragraph("b"),)), ordered=True, start=3),)),
        ("- a\n  - b", (ItemList(((paragraph("a "), ItemList(((paragraph("b"),),))),)),)),
        ("```\na < b\n  c\n```", (Preformatted("a < b\n  c"),)),
        ("a\n\n---\n\nb", (paragraph("a"), Rule(), paragraph("b"))),
        ("> citée", (paragraph(Text("citée", emphasis=True)),)),
        ("&lt;b&gt; <b>", (paragraph("<b> <b>"),)),
    ],
)  # fmt: skip
def test_each_construct_of_markdown_becomes_its_block(body: str, blocks) -> None:
    assert blocks_of(body) == blocks


def test_a_line_end_stays_one() -> None:
    [block] = blocks_of("Un\nDeux")

    assert "".join(text.text for text in block.content).split("\n") == ["Un", " Deux"]


@pytest.mark.parametrize("text", [*LIST, *generated(300, seed=7)])
@pytest.mark.parametrize("profile", Profile)
def test_no_word_is_lost_between_html_and_blocks(text: str, profile: Profile) -> None:
    rendered = render(text, profile=profile)

    shown = to_html(from_html(rendered.html), heading=4)

    read = "".join(html5lib.parseFragment(shown, namespaceHTMLElements=False).itertext())
    assert "".join(read.split()) == "".join(rendered.plain.split())


@pytest.mark.parametrize("text", LIST)
def test_a_page_has_the_same_elements_whatever_the_words(text: str) -> None:
    def shape(words: str) -> list[str]:
        blocks = everything(words.replace("\n", " ").replace("\u2028", " ").replace("\u2029", " ")).sections[0].blocks
        tree = html5lib.parseFragment(to_html(blocks, heading=3), namespaceHTMLElements=False)
        return [f"{node.tag} {sorted(node.attrib)}" for node in tree.iter()]

    assert shape(text) == shape(plain_of(text))


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "data:1", "//evil.fr", "/\\evil.fr", "vbscript:x", " javascript:x"]
)
def test_a_page_links_nowhere_else(href: str) -> None:
    assert to_html((paragraph(Link(href, (Text("mots"),))),), heading=3) == "<p>mots</p>"


def test_a_redacted_quote_says_so_on_the_page() -> None:
    assert to_html((Quote("1", seal="ab" * 32),), heading=3) == (
        '<p class="quote quote--redacted"><em>Citation retirée.</em></p>'
    )


def test_an_address_in_a_quote_is_a_link_on_the_page_and_in_files() -> None:
    addresses = {
        "www.ville.fr": "https://www.ville.fr",
        "https://exemple.fr/_docs_/p.pdf": "https://exemple.fr/_docs_/p.pdf",
    }
    quote = Quote("1", text="Voir {}, puis\n{}.".format(*addresses))

    tree = json.dumps(Tree(Document("Titre", blocks=(quote,))).build())

    links = [f'<a href="{href}" rel="nofollow ugc noopener">{address}</a>' for address, href in addresses.items()]
    assert "<p>Voir {}, puis<br>{}.</p>".format(*links) in to_html((quote,), heading=3)
    assert re.findall(r'\["(http[^"]*)", ""\]', tree) == list(addresses.values())
