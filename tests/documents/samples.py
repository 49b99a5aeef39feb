"""Documents for the tests: one of every part, each holding the words that a test gives."""

from concertation.documents.model import (
    Document,
    Entry,
    Heading,
    ItemList,
    Link,
    Note,
    Paragraph,
    Preformatted,
    Quote,
    Rule,
    Section,
    Table,
    Text,
)


def words(text: str) -> tuple[Text, ...]:
    return (Text(text),)


def paragraph(text: str) -> Paragraph:
    return Paragraph(words(text))


def everything(text: str) -> Document:
    """A document in which ``text`` stands in every place where words of people can stand."""
    blocks = (
        paragraph(text),
        Paragraph(
            (Text(text, strong=True), Text(" a "), Text(text, emphasis=True), Text(" b "), Text(text, struck=True))
        ),
        Paragraph((Text("c "), Text(text, code=True), Text(" d "), Link("https://a.fr/?q=(1)&r=2", words(text)))),
        Paragraph((Text("note"), Note((paragraph(text), Quote("n1", text, text, "/c/x/contributions/3/"))))),
        Heading(words(text)),
        Quote("q1", f"{text}\n{text}", text, "/c/x/contributions/2/"),
        Quote("q2", seal="ab" * 32),
        ItemList(((paragraph(text),), (paragraph(text), ItemList(((paragraph(text),),), ordered=True, start=4)))),
        paragraph("fin de liste"),
        Table((words("Colonne"), words(text)), ((words(text), words("1")), (words("2"),)), text),
        Rule(),
        Preformatted(f"{text}\n  {text}"),
        paragraph("fin de code"),
    )
    return Document(
        title=text,
        subtitle=text,
        author=text,
        date="2026-11-22T10:30:00+01:00",
        base_url="https://concertation.example.fr",
        metadata=(Entry("Publiée le", text),),
        blocks=(paragraph(text),),
        sections=(
            Section(text, id="besoins", blocks=blocks, sections=(Section(text, id="R-07", blocks=(paragraph(text),)),)),
            Section("Méthode", blocks=(Paragraph((Text("Voir "), Link("#R-07", words("R-07")))),)),
        ),
    )
