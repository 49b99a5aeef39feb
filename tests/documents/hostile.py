"""Words that somebody might write so that a format takes them for something else, and as many more as one likes."""

import random

from concertation.texts.addresses import split_at_addresses

LIST = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</p></blockquote><h1>Titre</h1>",
    "<!-- commentaire -->",
    "&lt;b&gt; &amp;amp; &#106;avascript &nbsp;",
    "[lien](javascript:alert(1))",
    "![image](/etc/passwd)",
    "![image](file:///etc/passwd){width=100%}",
    "[^1]: note",
    "texte[^1]",
    "[a]: /etc/passwd",
    "<https://a.fr> www.a.fr https://a.fr/b_c_d",
    '`#read("/etc/passwd")`{=typst}',
    '```{=typst}\n#read("/etc/passwd")\n```',
    "```{=html}\n<script>alert(1)</script>\n```",
    "```{=openxml}\n<w:p/>\n```",
    "~~~\ntexte\n~~~",
    "~~~'!",
    ":::{.x}\ntexte\n:::",
    '#read("/etc/passwd")',
    '#include "/etc/passwd"',
    '#import "@preview/cetz:0.1.0": *',
    "#let x = 1; #x",
    "#{ 1 + 1 }",
    "$ x^2 $ et $$y$$",
    "\\input{/etc/passwd}",
    "\\write18{id}",
    "\\begin{document}\\end{document}",
    "\\(x\\) \\[y\\]",
    "@dupont2020 [@dupont2020] <label> @label",
    "= Titre\n== Titre",
    "# Titre\n## Titre",
    "Titre\n=====",
    "Titre\n-----",
    "---\ntitle: x\n---",
    "% titre",
    "- liste\n+ liste\n* liste\n1. liste\n(1) liste\n#. liste\na. liste\n(@) liste",
    "/ terme: définition",
    "terme\n: définition",
    "Table: légende",
    "| a | b |\n|---|---|\n| c | d |",
    "+---+\n| a |\n+---+",
    "// commentaire /* commentaire */ */",
    "a -- b --- c -? ... -1 ~ 'd' \"e\" -> => <= !=",
    "*gras* _ital_ **g** __i__ ~~s~~ ^e^ ~i~ ==m== `c`",
    "=1+1 +1 -1 @SUM(A1) ＝1",
    "{ INCLUDETEXT /etc/passwd } { HYPERLINK http://a.fr }",
    "]]> <![CDATA[ x ]]>",
    "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>&b;",
    '\\u{1F600} \\n \\\\ "); #panic("x")',
    '"; #read("/etc/passwd"); #"',
    "{{ x }} {% x %} %(x)s {x} $x ${x}",
    ":smile: :+1:",
    "``` ` `` ~~~",
    "mot\u00adcoupé fin\u00ad",
    "\u2028saut\u2029saut",
    "\ufeffmot \u200bmot",
]
INVISIBLE = ["\u202e" * 200 + "abc", "\u2066" * 130 + "abc\u2069", "\u00ad", "\u200b", "\u2028", "\x00\x1b\x7f"]
UNPRINTABLE = ["Bonjour 😀👨\u200d👩\u200d👧 !", "中文", "ไทย हिन्दी 한국어", "\U000e0041", "\ud800"]

_BLANKS = [" ", " ", "  ", "\u00a0", "\u202f", "\t"]
_PIECES = (
    "< > </ <b> <script> &lt; &amp; & # ## \\ \\\\ ` `` ``` ~~~ ~~ ~ * ** _ __ ^ [ ] ]( ( ) ![ ! { } {=typst} {=html} "
    "{.x} :: ::: | || $ $$ @ @a [@a] - -- --- + = == === / // /* */ 1. 1) (1) a. (@) % ; : ' \" ... .. "
    '#read("/etc/passwd") #include \\input{x} \\begin{x} https://a.fr http:// www.a.fr a@b.fr <a@b.fr> <https://a.fr> '
    "[^1] [^1]: [a]:x x été A i ’ « » – — … 0 2 <!-- --> <? :smile: &nbsp; -? ~a <x> `a` << <- -> => != "
    "\\( \\[ {{ #{ #[ #( &#106; ^a^ ~a~ [ ] [x] (c)"
).split()


def generated(number: int, *, seed: int) -> list[str]:
    """That many texts of up to eight pieces of markup; the same for the same seed."""
    chance = random.Random(seed)
    return [_one(chance) for _ in range(number)]


def _one(chance: random.Random) -> str:
    while True:
        text = "".join(chance.choice([*_PIECES, *_BLANKS]) for _ in range(chance.randint(1, 8)))
        if text.strip():
            return text


def plain_of(text: str) -> str:
    """Return ordinary words in the place of all that is no address: in a quote, an address is a link."""
    return " ".join(piece if href else "mot" for piece, href in split_at_addresses(text) if piece)
