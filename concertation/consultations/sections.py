"""Sections: entries of a consultation's menu, parts of its front page, content of its phases, from any app.

An app adds them in ``AppConfig.ready``. They are shown on pages that many viewers share: what they render depends on
the audience, never on a person, and a function that takes a viewer is refused by mypy and at start. The verbs that
change what they render announce an event of these pages: ``live.pages_changed``, or ``live.everything_changed`` for
the menu, which is on every page.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from concertation.live.audience import Audience
from concertation.slots import Items, Slot, ViewerHtml, takes_first

from .models import Consultation, Phase
from .programme import Programme

Placed = TypeVar("Placed", "MenuEntry", "FrontPagePart", "PhaseContent")


def _for_everyone(audience: Audience, now: datetime, consultation: Consultation) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class MenuEntry:
    """A line of the menu; the pages that it leads to name ``section`` in their context. Lower positions come first.

    An entry with an ``icon`` stands in the head of the page, beside the account, and not in the menu.
    """

    section: str
    label: str | Promise
    address: Callable[[Consultation], str]
    position: int
    icon: str = ""
    is_shown: Callable[[Audience, datetime, Consultation], bool] = _for_everyone

    def __post_init__(self) -> None:
        takes_first("Audience", self.is_shown)


@dataclass(frozen=True)
class MenuLine:
    section: str
    label: str | Promise
    href: str
    icon: str = ""


@dataclass(frozen=True)
class FrontPage:
    """What the parts of a front page are rendered from; the programme has the phases that the audience may read."""

    consultation: Consultation
    audience: Audience
    now: datetime
    programme: Programme

    def __post_init__(self) -> None:
        _require_audience(self.audience)


@dataclass(frozen=True, kw_only=True)
class FrontPagePart:
    """Part of the front page below the calendar; ``render`` returns an empty string where there is nothing to show.

    ``title`` is its heading and ``anchor`` the id of that; a part without title has headings of its own.
    """

    key: str
    render: Callable[[FrontPage], SafeString]
    position: int
    title: str | Promise = ""
    anchor: str = ""

    def __post_init__(self) -> None:
        takes_first("FrontPage", self.render)


@dataclass(frozen=True, kw_only=True)
class PhaseContent:
    """Content of a phase on its own page, under a heading; ``render`` returns HTML for the keys of some of the phases.

    Where ``is_listed``, the debate and the front page show it too, below the goal of the phase.
    """

    key: str
    title: str | Promise
    anchor: str
    render: Callable[[Audience, datetime, Sequence[Phase]], Mapping[int, SafeString]]
    position: int
    is_listed: bool = False

    def __post_init__(self) -> None:
        takes_first("Audience", self.render)


@dataclass(frozen=True)
class Figure:
    """A number on the front page, with the words after it and the page that it leads to."""

    number: int
    label: str
    href: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of a phase that is over: how much was written, the synthesis that covers it."""

    phase: int
    label: str
    href: str = ""


@dataclass(frozen=True)
class Part:
    """A part of a page, ready for ``consultations/part.html``."""

    key: str
    title: str | Promise
    anchor: str
    html: SafeString


menu_entries: Items[MenuEntry] = Items()
front_page_parts: Items[FrontPagePart] = Items()
phase_contents: Items[PhaseContent] = Items()
figures: Slot[[Audience, Consultation, datetime], Figure] = Slot()
# On the debate, below each phase that is over: asked once for all of them.
outcomes: Slot[[Audience, Consultation, Sequence[Phase]], Outcome] = Slot()

# Beside each consultation on the home page of the site, for the viewer.
on_home_page: ViewerHtml[Consultation] = ViewerHtml()


def menu_of(
    consultation: Consultation, audience: Callable[[], Audience], now: datetime, *, in_head: bool = False
) -> list[MenuLine]:
    """Return the lines of the menu, or of the head; ``audience`` is asked only if an entry is not for everyone."""
    return [
        MenuLine(one.section, one.label, one.address(consultation), one.icon)
        for one in _in_order(menu_entries)
        if bool(one.icon) == in_head and (one.is_shown is _for_everyone or one.is_shown(audience(), now, consultation))
    ]


def parts_of(page: FrontPage) -> list[Part]:
    """Return the parts of a front page, in order."""
    return [Part(one.key, one.title, one.anchor, one.render(page)) for one in _in_order(front_page_parts)]


def contents_of(
    consultation: Consultation, phases: Sequence[Phase], audience: Audience, now: datetime, *, listed: bool = False
) -> dict[int, list[Part]]:
    """Return the content of each phase by key, in order; ``listed`` leaves out what only its own page shows."""
    _require_audience(audience)
    for phase in phases:
        phase.consultation = consultation
    contents: dict[int, list[Part]] = {phase.pk: [] for phase in phases}
    for one in _in_order(phase_contents):
        if one.is_listed or not listed:
            found = one.render(audience, now, phases)
            for phase in phases:
                contents[phase.pk].append(Part(one.key, one.title, one.anchor, found.get(phase.pk, SafeString())))
    return contents


def outcomes_of(consultation: Consultation, phases: Sequence[Phase], audience: Audience) -> dict[int, list[Outcome]]:
    """Return what came of each of these phases, by key."""
    _require_audience(audience)
    found: dict[int, list[Outcome]] = {phase.pk: [] for phase in phases}
    for one in outcomes.gather(audience, consultation, phases) if phases else []:
        found[one.phase].append(one)
    return found


def _require_audience(audience: Audience) -> None:
    if not isinstance(audience, Audience):
        raise TypeError(f"A shared page is rendered for an audience, not for {audience!r}.")


def _in_order(items: Iterable[Placed]) -> list[Placed]:
    return sorted(items, key=lambda one: one.position)
