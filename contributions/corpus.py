"""The corpus as a table: one line for each contribution, by number, in the columns of docs/exchange-format.md.

A hidden or withdrawn contribution keeps its line, so that threads stay whole, without its words and its author's
name. No line contains an address of a person.
"""

from collections.abc import Callable, Iterator
from typing import Any

from concertation.consultations.models import Consultation
from concertation.documents.cells import Value

from .models import Contribution, ContributionQuerySet, State

COLUMNS = (
    "numero",
    "en_reponse_a",
    "phase",
    "thematique",
    "titre",
    "texte",
    "nature",
    "enjeux",
    "mots_cles",
    "auteur_cle",
    "auteur",
    "type_acteur",
    "territoire_code",
    "territoire",
    "organisation",
    "parle_pour",
    "equipe",
    "origine",
    "origine_detail",
    "dit_le",
    "publie_le",
    "etat",
    "accord",
    "desaccord",
    "a_preciser",
    "cle",
)
ORIGINS = {"online": "en_ligne", "atelier": "atelier", "paper": "papier", "import": "import"}
# A published text whose edit is pending is hidden by its placeholder here too.
STATES = {"published": "publiee", "pending": "masquee", "hidden": "masquee", "withdrawn": "retiree"}
SPEAKS_FOR = {"no": "non", "claimed": "declare", "confirmed": "confirme"}
CHUNK = 500


def rows_of(consultation: Consultation) -> ContributionQuerySet:
    """Return what the corpus has a line for: everything that was published once."""
    return Contribution.objects.filter(consultation=consultation).placed()


def lines_of(consultation: Consultation, *, alias_of: Callable[[int], str] | None = None) -> Iterator[list[Value]]:
    """Yield the lines of the corpus, a few hundred a query: all contributions that were ever published.

    With ``alias_of``, an author's name is left out and their key is the alias of their participation's.

    Numbers and moments are values, which each format writes in its own way. Each query is read to its end at once: on
    SQLite, a connection that is still reading cannot write any more once others have written.
    """
    loaded = rows_of(consultation).with_row().select_related("parent").order_by("number")
    last = 0
    while some := list(loaded.filter(number__gt=last)[:CHUNK]):
        for one in some:
            yield _line(one, consultation, alias_of)
        last = some[-1].number or 0


def _line(one: Contribution, consultation: Consultation, alias_of: Callable[[int], str] | None) -> list[Value]:
    values = _place_of(one, consultation)
    if one.state == State.PUBLISHED:
        values |= _words_of(one) | _author_of(one)
    if alias_of is not None:
        values |= {"auteur_cle": alias_of(one.author_id), "auteur": ""}
    return [values.get(column) for column in COLUMNS]


def _place_of(one: Contribution, consultation: Consultation) -> dict[str, Value]:
    return {
        "numero": one.number,
        "en_reponse_a": one.parent.number if one.parent else None,
        "phase": one.topic.phase.title,
        "thematique": one.topic.title,
        "auteur_cle": one.author.source_key or f"{consultation.slug}:p{one.author_id}",
        "origine": ORIGINS[one.origin],
        "origine_detail": one.origin_label,
        "dit_le": one.occurred_at,
        "publie_le": one.published_at,
        "etat": STATES[one.state],
        "cle": one.source_key or f"{consultation.slug}:c{one.number}",
    }


def _words_of(one: Contribution) -> dict[str, Value]:
    return {
        "titre": one.title,
        "texte": one.current.body if one.current else "",
        "nature": one.nature.code if one.nature else "",
        "enjeux": joined(stake.label for stake in one.stakes.all()),
        "mots_cles": joined(keyword.name for keyword in one.shown_keywords),
        "accord": one.agree_count + (one.imported_agree or 0),
        "desaccord": one.disagree_count + (one.imported_disagree or 0),
        "a_preciser": one.unclear_count + (one.imported_unclear or 0),
    }


def _author_of(one: Contribution) -> dict[str, Value]:
    territory = one.territory
    return {
        "auteur": str(one.author.name),
        "type_acteur": str(one.actor_kind or ""),
        "territoire_code": f"{territory.kind}:{territory.code}" if territory else "",
        "territoire": str(territory or ""),
        "organisation": str(one.organisation or ""),
        "parle_pour": SPEAKS_FOR[one.speaks_for],
        "equipe": "oui" if one.as_team else "",
    }


def joined(words: Any) -> str:
    """Join values in one cell: « sobriété | résilience », with a bar or a backslash inside a value escaped."""
    return " | ".join(word.replace("\\", "\\\\").replace("|", "\\|") for word in words)


def split(cell: str) -> list[str]:
    """Split a cell that ``joined`` has written."""
    values, current, escaped = [], "", False
    for character in cell:
        if escaped or character not in "\\|":
            current += character
            escaped = False
        elif character == "\\":
            escaped = True
        else:
            values.append(current)
            current = ""
    return [value.strip() for value in [*values, current] if value.strip()]
