"""People's Markdown becomes safe HTML, and ``plain`` is what a browser would call its text content."""

import re
from xml.etree.ElementTree import Element

import pytest
from bleach._vendor import html5lib
from hypothesis import given, settings
from hypothesis import strategies as st

from concertation.texts import footnotes, markdown, tables
from concertation.texts.addresses import is_safe_href
from concertation.texts.markdown import LINK_REL, TAGS, Profile, render

ATTRIBUTES = {"a": {"href", "rel"}, "ol": {"start"}}
STAFF_TAGS = TAGS | footnotes.TAGS | tables.TAGS
STAFF_ATTRIBUTES = {
    **ATTRIBUTES,
    "a": {"href", "rel", "id", "role", "aria-label"},
    "li": {"id"},
    "section": {"role", "aria-label"},
    "div": {"class", "role", "tabindex", "aria-label"},
    "table": {"class"},
    "th": {"scope"},
}


def parsed(html: str) -> Element:
    """Read as a browser reads: html5lib builds the tree that the HTML standard asks for."""
    return html5lib.parseFragment(html, namespaceHTMLElements=False)


def assert_harmless(html: str, profile: Profile) -> None:
    is_staff = profile == Profile.STAFF
    for element in parsed(html).iter():
        if element.tag == "DOCUMENT_FRAGMENT":
            continue
        assert element.tag in (STAFF_TAGS if is_staff else TAGS), html
        assert set(element.attrib) <= (STAFF_ATTRIBUTES if is_staff else ATTRIBUTES).get(element.tag, set()), html
        if "href" in element.attrib:
            assert element.attrib.get("rel") == LINK_REL or (is_staff and element.attrib["href"].startswith("#"))
            href = re.sub(r"[\x00-\x20\x7f]", "", element.attrib["href"]).replace("\\", "/").lower()
            assert not href.startswith("//"), html
            assert href.startswith(("http://", "https://", "mailto:", "/", "#")), html


def assert_plain_is_the_text(body: str) -> None:
    for profile in Profile:
        rendered = render(body, profile=profile)
        assert rendered.plain == "".join(parsed(rendered.html).itertext())
        assert_harmless(rendered.html, profile)


SCHEMES = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    " javascript:1",
    "javascript&colon;alert(1)",
    "&#106;avascript:1",
    "&#x6A;avascript:1",
    "javascript&#58;1",
    "javascript:123",
    "data:1",
    "data:text/html;base64,PHNjcmlwdD4=",
    "vbscript:1",
    "file:///etc/passwd",
    "ftp://a.fr",
    "//evil.fr",
    "/\\evil.fr",
    "\\\\evil.fr",
    "/\t/evil.fr",
    "http:evil",
    "https:/\\evil",
    "blob:1",
    "about:blank",
    "tel:1",
    "http://bank.fr@evil.fr",
    "x.html",
    "?q=1",
    "\x01javascript:1",
    "\u00a0javascript:1",
    "%6Aavascript:1",
    "view-source:1",
    "feed:javascript:1",
    "jar:1",
    "ws://a.fr",
    "livescript:1",
    "mocha:1",
    "http://",
    "https://[",
    "mailto:",
    "http://a.fr\\@b",
]
FRAMES = [
    "[x]({})",
    "[x](<{}>)",
    '[x]({} "t")',
    "![x]({})",
    "![x](<{}>)",
    "<{}>",
    "{}",
    "[x][r]\n\n[r]: {}",
    "[x]\n\n[x]: <{}>",
    "<a href='{}'>x</a>",
    '<img src="{}" onerror=alert(1)>',
    "<a href={}>x",
    "[![x]({})](https://a.fr)",
    "[![x](https://a.fr)]({})",
    "> - [x]({})",
    "# [x]({})",
    "`[x]({})`",
    "[`x`]({})",
    "[x]( {} )",
    "**[x]({})**",
    "[a]({})[b]({})",
    "<svg/onload={}>",
    "<iframe src={}>",
    "<!--{}-->",
    "<![CDATA[{}]]>",
    "<?{}?>",
    "<style>@import '{}'</style>",
    "<math><a xlink:href={}>x",
    "&lt;a href={}&gt;",
    "\\[x]({})",
    "[x\\]({})",
    "<x:a href={}>",
    "</p><script src={}></script>",
    "<base href={}>",
    "<form action={}><button>",
    "<a\thref={}>",
    "<a href={} style=x>",
    '[x](https://a.fr"onclick={})',
    "https://a.fr/{}",
]
WORDS = st.sampled_from(
    [
        *SCHEMES,
        "[",
        "](",
        ")",
        "<",
        ">",
        "&",
        "&lt;",
        '"',
        "'",
        "`",
        "``",
        "*",
        "_",
        "~~",
        "#",
        "# ",
        "- ",
        "1. ",
        "> ",
        "    ",
        "\n",
        "\n\n",
        "\r\n",
        "\\",
        "!",
        "![",
        "://",
        "https://a.fr",
        "www.a.fr",
        "<script>",
        "</",
        "<p",
        "<b>",
        "onclick=",
        "é",
        "\u202f",
        "\u00a0",
        "\u200b",
        "\u202e",
        "\U0001f600",
        "\ufeff",
        "\x00",
        "\x0c",
        "\ud800",
        "&#0;",
        "&nbsp;",
        "&amp;amp;",
        "a",
        " ",
        "---",
        "[^1]",
        "[^1]: ",
        "|",
        "|a|b|\n|-|-|\n",
        "Tableau : ",
        "www.",
    ]
)


@pytest.mark.parametrize("frame", FRAMES)
def test_no_hostile_address_becomes_a_link_whatever_the_frame(frame: str) -> None:
    for scheme in SCHEMES:
        for hostile in (scheme, scheme.upper(), f" {scheme}", scheme.replace(":", "\t:"), scheme.replace("a", "&#97;")):
            assert_plain_is_the_text(frame.replace("{}", hostile))


@settings(max_examples=1500, deadline=None)
@given(st.lists(WORDS, max_size=25).map("".join))
def test_pieces_of_markup_in_any_order_stay_harmless(body: str) -> None:
    assert_plain_is_the_text(body)


@settings(max_examples=700, deadline=None)
@given(st.text(st.characters(), max_size=80))
def test_any_text_at_all_stays_harmless(body: str) -> None:
    assert_plain_is_the_text(body)


@pytest.mark.parametrize("address", SCHEMES)
def test_every_other_scheme_is_refused(address: str) -> None:
    assert not is_safe_href(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://a.fr",
        "HTTP://A.FR/x?y=1#z",
        "mailto:a@b.fr",
        "mailto:a@b.fr?subject=x",
        "/c/lieu/",
        "#R-07",
        "https://a.fr:8000/é",
    ],
)
def test_web_mail_and_own_addresses_are_accepted(address: str) -> None:
    assert is_safe_href(address)


def test_bleach_alone_would_stop_what_the_parser_let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    for profile, parser in markdown._PARSERS.items():
        monkeypatch.setattr(parser, "validateLink", lambda href: True)

        rendered = render("[x](javascript:123) [y](//evil.fr) [z](data:1)", profile=profile)

        assert "href" not in rendered.html


def test_links_say_that_the_site_does_not_vouch_for_them() -> None:
    assert render("[le plan](https://a.fr/plan)").html == (
        '<p><a href="https://a.fr/plan" rel="nofollow ugc noopener">le plan</a></p>'
    )


def test_a_refused_link_stays_as_it_was_typed() -> None:
    assert render("[x](javascript:1)").html == "<p>[x](javascript:1)</p>"


def test_html_is_shown_as_text() -> None:
    assert render("<b>gras</b>").html == "<p>&lt;b&gt;gras&lt;/b&gt;</p>"


@pytest.mark.parametrize(
    ("body", "html"),
    [
        (
            "![Une *rue*](https://a.fr/r.png)",
            '<p><a href="https://a.fr/r.png" rel="nofollow ugc noopener">![Une *rue*](https://a.fr/r.png)</a></p>',
        ),
        (
            "![](https://a.fr/r.png)",
            '<p><a href="https://a.fr/r.png" rel="nofollow ugc noopener">![](https://a.fr/r.png)</a></p>',
        ),
        (
            "[![Une rue](/r.png)](https://a.fr)",
            '<p><a href="https://a.fr" rel="nofollow ugc noopener">![Une rue](/r.png)</a></p>',
        ),
    ],
)
def test_an_image_becomes_a_link_on_what_was_typed(body: str, html: str) -> None:
    assert render(body).html == html


def test_an_image_of_the_team_becomes_a_link_on_its_alternative_text() -> None:
    link = '<a href="https://a.fr/r.png" rel="nofollow ugc noopener">Une rue</a>'

    assert render("![Une *rue*](https://a.fr/r.png)", profile=Profile.STAFF).html == f"<p>{link}</p>"


@pytest.mark.parametrize(
    ("body", "address"),
    [
        ("Voir https://a.fr/b_c_d.", "https://a.fr/b_c_d"),
        ("(https://a.fr/x)", "https://a.fr/x"),
        ("https://fr.wikipedia.org/wiki/Lyon_(France)", "https://fr.wikipedia.org/wiki/Lyon_(France)"),
        ("« https://a.fr »", "https://a.fr"),
    ],
)
def test_a_bare_address_becomes_a_link_without_the_punctuation_after_it(body: str, address: str) -> None:
    assert f'<a href="{address}" rel="nofollow ugc noopener">{address}</a>' in render(body).html
    assert render(body).plain == body


def test_headings_fit_under_those_of_the_page_without_a_gap() -> None:
    html = render("### Un\n\n# Deux\n\n### Trois\n\n#### Quatre\n\n##### Cinq").html

    assert re.findall(r"<(h\d)>(\w+)", html) == [
        ("h4", "Un"),
        ("h4", "Deux"),
        ("h5", "Trois"),
        ("h6", "Quatre"),
        ("h6", "Cinq"),
    ]


def test_the_page_may_ask_for_higher_headings() -> None:
    assert render("# Un", top_heading=3).html == "<h3>Un</h3>"


def test_a_line_end_typed_is_a_line_end_read() -> None:
    rendered = render("Un\nDeux")

    assert rendered.html == "<p>Un<br>\nDeux</p>"
    assert rendered.plain == "Un\nDeux"


def test_rendering_again_gives_the_same_html() -> None:
    body = "# T\n\n- a\n- **b** https://a.fr\n\n> c\n\n`d`"

    assert render(body) == render(body)


# Texts without a mark -------------------------------------------------------------------------------------------------

UNMARKED = [
    "Une phrase.",
    'Deux lignes\nd’un même paragraphe, « avec » des guillemets et l\'apostrophe "droite".',
    "Un paragraphe.\n\nUn autre !\n\n\nUn troisième : 3 + 4 = 7 ?",
    "\n\nDes lignes vides autour\n",
    "12 000 € en 2026, soit 30 % (environ) ; c’est peu…",
    "Emoji 🌳, cyrillique Привет, arabe نريد مكانًا (2026)!",
]
MARKED = [
    "*a*",
    "- un",
    "1. un",
    "a & b",
    "a < b",
    "=====",
    "a \nb",
    " a",
    "a\tb",
    "https://a.fr",
    "www.a.fr",
    "a@b.fr",
]


@pytest.mark.parametrize("body", UNMARKED)
def test_a_text_without_a_mark_is_rendered_without_the_parser(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = rendered_by_the_parser(body)
    monkeypatch.setattr(markdown, "_PARSERS", {})

    assert render(body) == whole


@pytest.mark.parametrize("body", MARKED)
def test_a_text_with_a_mark_goes_through_the_parser(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "_PARSERS", {})

    with pytest.raises(KeyError):
        render(body)


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.sampled_from("aé1.) -+=>*_\n\n\t\"'&<!:;www.\u00a0\u202f\u2003\u2028\x0b\x85\u200b\u05d0🌳")) | st.text()
)
def test_the_short_way_and_the_parser_give_the_same(body: str) -> None:
    for profile in Profile:
        assert render(body, profile=profile) == rendered_by_the_parser(body, profile)


@pytest.mark.parametrize(
    "body", ["-", "- ", "---", "***", "#", ">", "1.", "``", "[](https://a.fr)", "&nbsp;", "- - -\n+"]
)
def test_marks_alone_are_the_text_they_look_like(body: str) -> None:
    assert render(body).plain == body.strip()
    assert_plain_is_the_text(body)


def rendered_by_the_parser(body: str, profile: Profile = Profile.CITIZENS) -> markdown.Rendered:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(markdown, "_MARKED", re.compile(""))
        return render(body, profile=profile)
