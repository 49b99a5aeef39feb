"""The linear wall behind the parser of Markdown lets through what bleach lets through, at a fraction of its cost."""

import random

import pytest

from concertation.texts import markdown
from concertation.texts.fragment import written_again
from concertation.texts.markdown import Profile, render

TAGS, allow = markdown._STAFF_TAGS, markdown._allow_staff_attribute
# Each was dear when an HTML parser rebuilt the tree of what our own parser had just written.
DEAR = {
    "tables": "|a|b|\n|-|:-:|\n" + "|x|y|\n" * 90,
    "empty cells": "|" + "a|" * 90 + "\n|" + "-|" * 90 + "\n" + "|x\n" * 4,
    "small tables": "|a|\n|-|\n|b|\n\n" * 30,
    "a table in a note": "a[^1]\n\n[^1]: b\n\n    |a|\n    |-|\n    |b|\n",
    "fences": "```python\nx\n```\n" * 60,
    "notes": "".join(f"a[^{number}]\n\n[^{number}]: b\n\n" for number in range(30)),
    "calls": "[^1]: b\n\n" + "[^1]" * 200,
    "quotes": "> a\n\n" * 200,
    "nested": "> - > 1. > a\n\n" * 60,
    "marks": "*a* **b** `c` [d](/e) www.f.fr ![g](https://h.fr) <i>\n" * 20,
}
PIECES = [
    *(
        "a é",
        "\n",
        "\n\n",
        "    ",
        "*",
        "**",
        "_",
        "`",
        "```\n",
        "```py\n",
        "> ",
        "- ",
        "7) ",
        "# ",
        "[^1]",
        "[^1]: n\n",
    ),
    *("[^b]: ", "[x](http://a.fr)", "[x](javascript:a)", '[x](/a?b=1&c="d")', "![i](http://a/b.png)", "<b>", "</p>"),
    *(
        "<script>",
        "&amp;",
        "&",
        '"',
        "'",
        "<",
        "www.b.fr",
        "a@b.fr",
        "\\",
        "[",
        "]",
        "Tableau : t\n",
        "---\n",
        "\u202e",
    ),
    *("[r]: http://z.fr 't'\n", "[r]", "<http://q.fr>", "~~s~~", "\x00", "&#x3c;", "&lt;", "|"),
    "|a|b|\n|-|-:|\n|c|d|\n",
]


@pytest.fixture
def no_tree(monkeypatch) -> None:
    def refuse(*_given, **_named) -> None:
        raise AssertionError("An HTML parser was asked.")

    monkeypatch.setattr(markdown, "Cleaner", refuse)


@pytest.mark.parametrize("name", DEAR)
@pytest.mark.parametrize("profile", Profile)
@pytest.mark.usefixtures("no_tree")
def test_no_tree_is_built_for_what_our_parser_writes(name: str, profile: Profile) -> None:
    assert render(DEAR[name], profile=profile).plain


@pytest.mark.parametrize("seed", range(6))
def test_what_comes_out_is_to_the_letter_what_bleach_gives(seed: int) -> None:
    chance = random.Random(seed)

    for text in ("".join(chance.choices(PIECES, k=chance.randint(1, 30))) for _number in range(60)):
        raw = str(markdown._PARSERS[Profile.STAFF].render(text, {"top_heading": 4}))
        cleaned = markdown._cleaner(TAGS, allow).clean(raw)
        assert written_again(raw, TAGS, allow) == (cleaned, markdown.text_content(cleaned)), text


@pytest.mark.parametrize(
    "fragment",
    [
        "<p>a",
        "<p>a</p></p>",
        "<p><em>a</p></em>",
        "<p><p>a</p></p>",
        "<p><ul><li>a</li></ul></p>",
        "<p>a < b</p>",
        "<p>a > b</p>",
        "<p>a & b</p>",
        "<p>&#60;script&#62;</p>",
        "<p><!-- a --></p>",
        "<p><![CDATA[a]]></p>",
        "<?a?>",
        "<P>a</P>",
        "<p><script>a</script></p>",
        "<svg></svg>",
        "<p><img src=\"a\"></p>",
        "<p class=a>a</p>",
        "<p class='a'>a</p>",
        "<p\nclass=\"a\">a</p>",
        '<p onclick="a">a</p onclick="b">',
        '<p><a href="/a"><em><a href="/b">b</a></em></a></p>',
        '<div><table>a</table></div>',
        "<table><tr><td>a</td></tr></table>",
        "<li>a</li>",
        "<ul>a</ul>",
        "<pre><em>a</em></pre>",
        "<p><code><em>a</em></code></p>",
        "<h2><h3>a</h3></h2>",
    ],
)  # fmt: skip
def test_anything_out_of_the_grammar_is_left_to_a_real_parser(fragment: str) -> None:
    assert written_again(fragment, TAGS, allow) is None


@pytest.mark.parametrize(
    ("fragment", "clean"),
    [
        ('<p onclick="a" style="b">a</p>', "<p>a</p>"),
        ('<p><a href="javascript:a" rel="x">a</a></p>', "<p><a>a</a></p>"),
        ('<p><a href="java&amp;#115;cript:a">a</a></p>', "<p><a>a</a></p>"),
        ('<p><a href="/a" href="javascript:b">a</a></p>', '<p><a href="/a">a</a></p>'),
        ('<p><a href="/a&quot;onclick=&quot;b">a</a></p>', '<p><a href="/a&quot;onclick=&quot;b">a</a></p>'),
        ("<p>a<br />b</p>", "<p>a<br>b</p>"),
        ("<p>&lt;b&gt;</p>", "<p>&lt;b&gt;</p>"),
    ],
)
def test_attributes_that_are_not_allowed_are_left_out(fragment: str, clean: str) -> None:
    assert written_again(fragment, TAGS, allow) == (clean, markdown.text_content(clean))


def test_what_is_out_of_the_grammar_is_cleaned_all_the_same(monkeypatch) -> None:
    parser = markdown._PARSERS[Profile.STAFF]
    monkeypatch.setattr(type(parser), "render", lambda *_given: "<p>a<script>b</script><a href='javascript:c'>d</a>")

    assert render("*a*", profile=Profile.STAFF).html == "<p>ab<a>d</a></p>"
