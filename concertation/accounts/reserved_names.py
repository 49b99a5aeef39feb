"""Names reserved to the teams: those of their functions, committees and members.

One rule for people and organisations, by word. A name is reserved if nothing is left after removing the words of
functions and those that commonly go with them (« Service modération », « Modération de la concertation »), or if the
name of a team member is left (« Agnès Morvan, modération »). « Comité de quartier » and « Association d’animation
rurale » have a word of their own. A person is refused more than an organisation: no word of their name may be a
function (« Nadia, équipe »), unless it is also a family name or an everyday word, which is refused only apart from
the rest (« Nadia (modo) », « Garant », but « Julie Garant » is free).
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import permutations

from django.conf import settings
from django.utils.translation import gettext as _

from concertation.slots import Slot
from concertation.texts.words import skeleton, skeleton_words

_NUMBER = re.compile(r"(?<!\w)\d+(?!\w)")
_MOST_ORDERED = 4
_PARTS = re.compile(r"[^\w\s'’.!-]+|\s[-–—]+\s")


@dataclass(frozen=True, slots=True)
class TeamName:
    """The name of someone with a role somewhere; only staff may sign with the name of a function."""

    user_id: int
    name: str
    is_staff: bool


team_names: Slot[[datetime], TeamName] = Slot()
function_names: Slot[[], str] = Slot()
consultation_titles: Slot[[], str] = Slot()


class ReservedNames:
    """The names reserved at ``now``, read once to check any number of names."""

    def __init__(self, now: datetime) -> None:
        team = team_names.gather(now)
        self._staff = {one.user_id for one in team if one.is_staff}
        self._bearers: dict[str, set[int]] = defaultdict(set)
        for one in team:
            for form in {skeleton(one.name), *_orders(skeleton_words(one.name))}:
                self._bearers[form].add(one.user_id)
        titles: list[str] = [*consultation_titles.gather(), settings.SITE_NAME]
        self._titles = [words for title in titles if (words := skeleton_words(title))]
        self._always, self._apart = _words(_functions()), _words(_everyday_functions())
        self._beside, articles = _words(_beside_names()), _words(_articles())
        self._around_phrases = self._beside | articles | _words(_("équipe équipes concertation"))
        self._around = self._around_phrases | _words(_around_functions())
        phrases = function_names.gather()
        self._phrases = {self._bare(skeleton_words(one)) for one in phrases} | set(map(skeleton, phrases))
        # Spaces within a word, or none between two words: « Modé ratrice », « ServiceModération ».
        before = "|".join(self._beside | articles)
        self._spelt = re.compile(f"(?:{before})?(?:{before})?(?:{'|'.join(self._always)})+")

    def is_staff(self, user_id: int) -> bool:
        return user_id in self._staff

    def is_taken(self, name: str, *, by: int | None) -> bool:
        """Return whether ``name`` reads like that of somebody else in the teams, alone or beside a function."""
        functions = self._always | self._apart | self._beside
        own = "".join(word for word in skeleton_words(name) if word not in functions)
        forms = {skeleton(name), own} - {""}
        return any(self._bearers.get(form, set()) - {by} for form in forms)

    def is_of_team(self, name: str) -> bool:
        """Return whether ``name`` is a function or a committee and nothing else."""
        words = skeleton_words(name)
        variants = [words, *(_without(words, title) for title in self._titles)]
        return (
            not self._phrases.isdisjoint({skeleton(name), *map(self._bare, variants)} - {""})
            or bool(self._spelt.fullmatch(skeleton(name)))
            or any(self._is_function(words, numbered=bool(_NUMBER.search(name))) for words in variants)
        )

    def is_of_team_for_a_person(self, name: str) -> bool:
        """Return the same for the name of a person, in which no word may be a function; nor may it be a title."""
        words = skeleton_words(name)
        titles = {form for title in self._titles for form in (self._bare(title), "".join(title))} - {""}
        return (
            self.is_of_team(name)
            or not self._always.isdisjoint(words)
            or any(self._is_function(skeleton_words(part)) for part in _PARTS.split(name))
            or not titles.isdisjoint({self._bare(words), skeleton(name)})
        )

    def _bare(self, words: Sequence[str]) -> str:
        """Return the words of a committee or a title, without those that may surround them."""
        return "".join(word for word in words if word not in self._around_phrases)

    def _is_function(self, words: Sequence[str], *, numbered: bool = False) -> bool:
        """Return whether all words are functions; a number sets « Organisation 2 » apart."""
        said = self._always if numbered else self._always | self._apart
        around = self._always | self._apart | self._around
        left = [word for word in words if word not in around and not word.isdecimal()]
        return not said.isdisjoint(words) and not left


def _orders(words: Sequence[str]) -> set[str]:
    """Return the words of a name joined in every order; of a long name, begun at each of its words."""
    if len(words) <= _MOST_ORDERED:
        return set(map("".join, permutations(words)))
    return {"".join([*words[start:], *words[:start]]) for start in range(len(words))}


def _without(words: Sequence[str], title: Sequence[str]) -> list[str]:
    """Return the words without the first occurrence of the title."""
    for start in range(len(words) - len(title) + 1):
        if list(words[start : start + len(title)]) == list(title):
            return [*words[:start], *words[start + len(title) :]]
    return list(words)


def _words(text: str) -> frozenset[str]:
    return frozenset(skeleton_words(text))


def _functions() -> str:
    return _(
        "équipe équipes animation animations animateur animateurs animatrice animatrices modération modérations "
        "modérateur modérateurs modératrice modératrices moderator moderators organisateur organisateurs organisatrice "
        "organisatrices organizer organizers organiser organisers administration administrateur administrateurs "
        "administratrice administratrices administrator administrators admin admins facilitation facilitateur "
        "facilitateurs facilitatrice facilitatrices facilitator facilitators concertation concertations comité comités "
        "copil copils"
    )


def _everyday_functions() -> str:
    """Return functions that are also family names or everyday words."""
    return _("organisation organisations garant garants garante garantes modo modos support staff officiel officielle")


def _beside_names() -> str:
    """Return the words that may stand beside a name without making it another person's."""
    return _("compte comptes profil membre membres responsable responsables service services")


def _articles() -> str:
    return _("l le la les d de du des un une et au aux pour en")


def _around_functions() -> str:
    return _(
        "site plateforme projet direction directeur directrice opérationnel opérationnelle technique pilotage suivi"
    )
