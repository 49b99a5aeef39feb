"""The measures of a consultation: what each counts, in one definition for page and file. Higher apps add theirs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from concertation.consultations.models import Consultation
from concertation.slots import Items

from .divisions import Counts, Division


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A number that is counted, with its definition for those who read it; lower positions come first."""

    key: str
    label: str | Promise
    definition: str | Promise
    position: int
    counts_people: bool = True


@dataclass(frozen=True)
class Source:
    """Some measures, counted together: by the groups of a division, or in all (None, a single group of key None).

    A measure that a division has no meaning for is left out of the counts.
    """

    measures: tuple[Measure, ...]
    count: Callable[[Consultation, Division | None], Counts]


sources: Items[Source] = Items()


def measures() -> list[Measure]:
    """Return all measures, in order."""
    return sorted(_all(), key=lambda measure: measure.position)


def _all() -> Iterator[Measure]:
    for source in sources:
        yield from source.measures


INVITED = Measure(
    key="invited",
    label=_("Personnes invitées"),
    definition=_(
        "Adresses auxquelles une invitation a été envoyée et n’a pas été annulée. Par semaine et par phase : le jour "
        "de l’envoi. Par acteur, territoire ou organisation : ce que dit l’invitation."
    ),
    position=10,
)
JOINED = Measure(
    key="joined",
    label=_("Inscrites"),
    definition=_(
        "Personnes qui ont rejoint la concertation avec un compte. Les auteurs repris d’un import ou d’une table "
        "d’atelier n’y sont pas. Par semaine et par phase : le jour où elles l’ont rejointe."
    ),
    position=20,
)
SILENT = Measure(
    key="silent",
    label=_("Inscrites sans texte"),
    definition=_("Personnes inscrites sans contribution ni réponse publiée à ce jour."),
    position=30,
)
CONTRIBUTORS = Measure(
    key="contributors",
    label=_("Auteurs en tout"),
    definition=_(
        "Auteurs d’au moins une contribution ou réponse publiée\u00a0: personnes inscrites, et auteurs repris "
        "d’un import ou d’un atelier, qui n’ont pas de compte. Ils peuvent donc être plus nombreux que les inscrites. "
        "Qui a écrit dans plusieurs groupes compte une fois dans chacun, et une seule fois dans le total."
    ),
    position=40,
)
CONTRIBUTIONS = Measure(
    key="contributions",
    label=_("Contributions"),
    definition=_("Contributions publiées aujourd’hui : ni les réponses, ni les textes masqués, retirés ou en attente."),
    position=50,
    counts_people=False,
)
REPLIES = Measure(
    key="replies",
    label=_("Réponses"),
    definition=_("Réponses publiées aujourd’hui, à une contribution ou à une autre réponse."),
    position=60,
    counts_people=False,
)
REACTIONS = Measure(
    key="reactions",
    label=_("Réactions"),
    definition=_(
        "« D’accord », « Pas d’accord » et « À préciser » sur des textes publiés, réactions reprises d’un import "
        "comprises. Par acteur, territoire ou organisation : ceux de la personne qui réagit ; celles d’un import "
        "restent non précisées."
    ),
    position=70,
    counts_people=False,
)
