"""What people type or paste in a contribution, a reply or a note stays what it was."""

import re

import pytest

from concertation.texts.markdown import Profile, render


def link(address: str, words: str = "") -> str:
    return f'<a href="{address}" rel="nofollow ugc noopener">{words or address}</a>'.replace("&", "&amp;")


@pytest.mark.parametrize(
    "body",
    [
        "Les citoyen*nes et les habitant*es",
        "tou*te*s",
        "Les *citoyen*nes",
        "3*4*2 m",
        "snake_case_name et tou_te_s",
        "Prix* : 12 €, durée* : 2 h",
        "5 €*/mois et 6 €*/an",
        "Prix *, durée*",
        "(*) voir la note (*)",
        "*oui (* voir la note)",
        "*, **, *** : non significatif",
        "*hors taxe",
        "Merci.\n--\nC. M.",
        "Coût : 12 000 €\n=====\nsuite",
        "D'accord\n-",
        "Titre\n-----",
        "---",
        "* * *",
        "- - -\n- - -",
        "_____________",
        "Nom : ______ Prénom : ______",
        "~~~~~\ntexte\n~~~~~",
        "```\ntexte",
        "#",
        "##",
        "Avant\n#\nAprès",
        "#hashtag et #autre",
        "n° 3",
        "12. octobre",
        "2026. Une année",
        "3. trois\n5. cinq",
        "1) Bancs\n2) Arbres",
        "a) Bancs\nb) Arbres",
        "- un banc",
        "Bien :\n- un banc",
        "+ de vélos\n+ de bus",
        "- de voitures\n+ de vélos",
        "– un\n– deux",
        "• un\n• deux",
        "-un\n-deux",
        "> 50 % de bio à la cantine",
        "l`eau et l`air",
        "¯\\_(ツ)_/¯ \\o/ *_* ^_^ -_- >_< :*",
        "-_- bof -_-",
        "C:\\_docs\\plan",
        "&amp; &nbsp; &#169; <b>gras</b> <!-- non -->",
        "[1]: la première source",
        "[1] la première source",
        "C. Martin <c.martin@ville.fr>",
        "Nom\tPrix\nBanc\t12 €",
        "| Nom | Prix |\n|-----|------|\n| Banc | 12 |",
        "10h30-12h00, 12 000 €, 2/3, 50%, 1:2, ±3 °C",
        "Note[^1]\n[^1]: la note",
        "a | b",
        ">",
        "!",
    ],
)
def test_a_paragraph_is_shown_and_quoted_as_typed(body: str) -> None:
    rendered = render(body)

    assert rendered.plain == body
    assert rendered.html.startswith("<p>")
    assert set(re.findall(r"</?([a-z0-9]+)", rendered.html)) <= {"p", "br"}


def test_an_indented_paragraph_is_a_paragraph() -> None:
    html = render("Premier.\n\n\tDeuxième, long.\n\n    Troisième.").html

    assert html == "<p>Premier.</p>\n<p>Deuxième, long.</p>\n<p>Troisième.</p>"


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (address, link(address))
        for address in (
            "https://exemple.fr/_docs_/plan.pdf",
            "https://exemple.fr/p?cm=m65-_-26-_-P",
            "https://exemple.fr/a*b*c",
            "https://exemple.fr/~nom~/x_",
            "https://exemple.fr/?f[0]=type&f[]=a",
            "https://exemple.fr/a`b`c",
            "https://fr.wikipedia.org/wiki/Lyon_(France)",
            "https://www.mairie-orléans.fr/été",
            "https://exemple.fr/a%20b%2Fc",
            "http://exemple.fr:8000/#a-b",
            "HTTPS://EXEMPLE.FR",
        )
    ]
    + [
        ("www.ville.fr", link("https://www.ville.fr", "www.ville.fr")),
        ("(www.ville.fr/a_b_c).", f"({link('https://www.ville.fr/a_b_c', 'www.ville.fr/a_b_c')})."),
        ("**https://a.fr/x**", f"<strong>{link('https://a.fr/x')}</strong>"),
        ("_voir https://a.fr/x_y_", f"<em>voir {link('https://a.fr/x_y')}</em>"),
        ("[https://a.fr/b_c_](https://b.fr)", link("https://b.fr", "https://a.fr/b_c_")),
        ("Voir https://a.fr/x…", f"Voir {link('https://a.fr/x')}…"),
        ("https://a.fr/x!?), oui", f"{link('https://a.fr/x')}!?), oui"),
        ("www.ville et www.", "www.ville et www."),
        ("https://mairie@exemple.fr/x", "https://mairie@exemple.fr/x"),
    ],
)
def test_an_address_is_one_link_to_exactly_that_address(body: str, shown: str, profile: Profile) -> None:
    assert render(body, profile=profile).html == f"<p>{shown}</p>"


def test_an_address_between_angles_keeps_them() -> None:
    rendered = render("<https://a.fr/x_y_z>")

    assert rendered.plain == "<https://a.fr/x_y_z>"
    assert link("https://a.fr/x_y_z") in rendered.html


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("*oui* et **non**", "<p><em>oui</em> et <strong>non</strong></p>"),
        ("l’*Union*, *« vrai »* (*oui*)", "<p>l’<em>Union</em>, <em>« vrai »</em> (<em>oui</em>)</p>"),
        ("***très***", "<p><em><strong>très</strong></em></p>"),
        ("**Titre :** texte", "<p><strong>Titre :</strong> texte</p>"),
        ("- un\n- deux", "<ul>\n<li>un</li>\n<li>deux</li>\n</ul>"),
        ("* un\n* deux", "<ul>\n<li>un</li>\n<li>deux</li>\n</ul>"),
        ("1. un\n2. deux", "<ol>\n<li>un</li>\n<li>deux</li>\n</ol>"),
        ("- a\n- b\n  - c", "<ul>\n<li>a</li>\n<li>b\n<ul>\n<li>c</li>\n</ul>\n</li>\n</ul>"),
        ("- a\n- b\nMerci", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<p>Merci</p>"),
        ("- a\n- b\n-", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<p>-</p>"),
        ("# Titre\nsuite", "<h4>Titre</h4>\n<p>suite</p>"),
        ("> cité\n> suite\nMa réponse", "<blockquote>\n<p>cité<br>\nsuite</p>\n</blockquote>\n<p>Ma réponse</p>"),
        ("`code`", "<p><code>code</code></p>"),
        ("~~non~~ ~3 km", "<p><s>non</s> ~3 km</p>"),
    ],
)
def test_what_is_meant_as_markdown_stays_markdown(body: str, html: str) -> None:
    assert render(body).html == html


def test_a_mail_keeps_its_signature_and_its_quotes() -> None:
    mail = "Bonjour,\n\nOui.\n\n-- \nC. Martin\n------------\n> Le 3 oct., A. Roux a écrit :\n>> Et alors ?"

    assert render(mail).plain == (
        "Bonjour,\nOui.\n--\nC. Martin\n------------\n\nLe 3 oct., A. Roux a écrit :\n\nEt alors ?\n\n"
    )


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("piece", ["> ", "- ", "  - ", ">- "])
def test_words_at_any_depth_are_shown(profile: Profile, piece: str) -> None:
    lines = "\n".join("  " * depth + "- étage" for depth in range(30)) if piece == "  - " else ""

    assert "mots" in render(f"{lines}\n{piece * 40}mots", profile=profile).plain


@pytest.mark.parametrize("piece", ["*a ", "a* ", "_*", "**a **", "*_ "])
def test_emphasis_is_nested_no_deeper_than_anybody_means(piece: str) -> None:
    html = render(piece * 200 + piece[::-1] * 200).html
    depth = deepest = 0
    for tag in re.findall(r"<(/?)(?:em|strong|s)>", html):
        depth += -1 if tag else 1
        deepest = max(deepest, depth)

    assert deepest <= 6


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("body", ["tou*te*s", "Titre\n---", "Titre\n===", "a\n\n    indenté"])
def test_texts_of_the_team_have_no_emphasis_in_words_nor_headings_by_underlining(body: str, profile: Profile) -> None:
    assert not re.search(r"<(?:em|h\d|pre|code)", render(body, profile=profile).html)
