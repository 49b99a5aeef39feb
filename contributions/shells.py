"""The shell of a row: the viewer's own marks, what they may do, the replies, and slots of higher apps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from secrets import randbelow
from typing import Any

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from concertation.consultations.standing import Standing
from concertation.live import page_cache
from concertation.permissions import may
from concertation.slots import SharedHtml

from . import live
from .models import Contribution, Reaction, State

# Beside each contribution, on the shared pages of topics too.
contribution_asides: SharedHtml[Contribution] = SharedHtml()


@dataclass(frozen=True, slots=True)
class _Acts:
    """What the teams may do with any contribution of a page."""

    moderates: bool
    tags: bool

    @classmethod
    def of(cls, standing: Standing) -> "_Acts":
        def holds(permission: str) -> bool:
            return standing.is_staff and may(standing.viewer, permission, standing.consultation)

        return cls(moderates=holds("contributions.read_queue"), tags=holds("contributions.tag"))


@dataclass
class Shell:
    """One row of a thread with its shell; ``html`` is complete once ``wrap`` has been called."""

    contribution: Contribution
    row: SafeString
    is_mine: bool = False
    reaction: str = ""
    may_reply: bool = False
    may_edit: bool = False
    may_withdraw: bool = False
    may_report: bool = False
    may_moderate: bool = False
    may_tag: bool = False
    may_mark_trial: bool = False
    is_target: bool = False
    aside: SafeString = field(default_factory=SafeString)
    composer: SafeString = field(default_factory=SafeString)
    replies: "list[Shell]" = field(default_factory=list)
    folded: tuple[int, ...] = ()

    @property
    def attributes(self) -> SafeString:
        """The attributes that mark the row as the viewer's own, or as one they reacted to."""
        return attributes_of(is_mine=self.is_mine, reaction=self.reaction, is_target=self.is_target)

    @property
    def acts(self) -> SafeString:
        """The buttons of what the viewer may do with the row."""
        flags = tuple(name for name in _ACTS if getattr(self, name))
        return _filled(_acts_template(flags), self._names() | {"aside": self.aside})

    @property
    def html(self) -> SafeString:
        """The row with its shell and its replies."""
        return self._wrapped(self.attributes, self.acts)

    @property
    def shared_html(self) -> SafeString:
        """The same for a shared page, with placeholders for what is the viewer's own."""
        pk = self.contribution.pk
        return self._wrapped(
            page_cache.placeholder(f"attributes_{pk}", self.attributes),
            page_cache.placeholder(f"acts_{pk}", self.acts),
            is_shared=True,
        )

    def _wrapped(self, attributes: SafeString, acts: SafeString, *, is_shared: bool = False) -> SafeString:
        own = self._names() | {
            "attributes": attributes,
            "acts": acts,
            "row": self.row,
            "composer": self.composer,
            "replies": joined(reply.shared_html if is_shared else reply.html for reply in self.replies),
            "fold": self._fold(),
        }
        return _filled(_shell_template(is_reply=self.contribution.parent_id is not None), own)

    def _fold(self) -> SafeString:
        if not self.folded:
            return SafeString()
        objects = " ".join(f"contribution:{pk}" for pk in self.folded)
        template = _fold_template(len(self.folded), has_replies=bool(self.replies))
        return _filled(template, self._names() | {"objects": objects})

    def _names(self) -> dict[str, str]:
        one = self.contribution
        slug = one.topic.phase.consultation.slug
        return {"slug": slug, "number": str(one.number), "pk": str(one.pk), "ref": one.ref}


# Replaced by the row's number: addresses take a number only, and no page contains this one by chance.
_NUMBER = 10**17 + randbelow(9 * 10**17)
_ACTS = ("may_reply", "is_mine", "may_edit", "may_withdraw", "may_mark_trial", "may_report", "may_tag", "may_moderate")


@cache
def _acts_template(flags: tuple[str, ...]) -> page_cache.Page:
    return _template("contributions/aside.html", "slug", "pk", "ref", "aside", **dict.fromkeys(flags, True))


@cache
def _shell_template(*, is_reply: bool) -> page_cache.Page:
    own = ("attributes", "acts", "row", "composer", "replies", "fold", "pk", "ref")
    return _template("contributions/shell.html", *own, is_reply=is_reply)


@lru_cache(maxsize=1_000)
def _fold_template(folded: int, *, has_replies: bool) -> page_cache.Page:
    own = ("slug", "objects", "ref")
    return _template("contributions/fold.html", *own, folded=folded, has_replies=has_replies)


def _template(name: str, *own: str, **same: Any) -> page_cache.Page:
    """Render a template once for all rows that look alike: each fills in its number, and its ``own`` names."""
    context = same | {one: page_cache.placeholder(one) for one in own} | {"number": _NUMBER}
    html = get_template(name).render(context)
    return page_cache.page_from(html.replace(str(_NUMBER), page_cache.placeholder("number")))


def attributes_of(*, is_mine: bool = False, reaction: str = "", is_target: bool = False) -> SafeString:
    """Return the attributes of the element around a row."""
    classes = "contribution-shell" + " is-mine" * is_mine + " is-target" * is_target
    return SafeString(f'class="{classes}"' + (f' data-reaction="{reaction}"' if reaction else ""))


def _filled(template: page_cache.Page, own: Mapping[str, str]) -> SafeString:
    return mark_safe(template.filled(own).decode())  # noqa: S308 - it left a template as safe


def joined(pieces: Iterable[SafeString]) -> SafeString:
    return mark_safe("".join(pieces))  # noqa: S308 - each is safe


def shells_for(
    standing: Standing,
    roots: Sequence[Contribution],
    replies: Mapping[int, Sequence[Contribution]],
    *,
    keys: Mapping[int, Sequence[int]] | None = None,
) -> list[Shell]:
    """Return the shells of these threads, in a fixed number of queries; rows of ``keys`` not loaded are folded."""
    everything = [*roots, *(reply for root in roots for reply in replies.get(root.pk, ()))]
    shells = {shell.contribution.pk: shell for shell in _flat(standing, everything)}
    for root in roots:
        shell = shells[root.pk]
        shell.replies = [shells[reply.pk] for reply in replies.get(root.pk, ())]
        shell.folded = tuple(pk for pk in (keys or {}).get(root.pk, ()) if pk not in shells)
    return [shells[root.pk] for root in roots]


def shell_for(standing: Standing, contribution: Contribution) -> Shell:
    """Return the shell of one row, as the response to an act on it."""
    return _flat(standing, [contribution])[0]


def _flat(standing: Standing, contributions: Sequence[Contribution]) -> list[Shell]:
    acts = _Acts.of(standing)
    htmls = live.rows_html(contributions, standing.audience, standing.now)
    asides = contribution_asides.html_for(standing.audience, standing.now, contributions)
    reactions = _own_reactions(standing, contributions)
    me = standing.participation.pk if standing.participation else None
    return [
        _shell(
            standing,
            acts,
            one,
            htmls[one.pk],
            asides.get(one.pk, SafeString()),
            reactions.get(one.pk, ""),
            is_mine=one.author_id == me,
        )
        for one in contributions
    ]


def _own_reactions(standing: Standing, contributions: Iterable[Contribution]) -> dict[int, str]:
    if standing.participation is None:
        return {}
    own = Reaction.objects.filter(
        participation=standing.participation, contribution__in=[one.pk for one in contributions]
    )
    return dict(own.values_list("contribution", "kind"))


def own_acts(standing: Standing, shells: Iterable[Shell]) -> dict[str, str]:
    """Return what the author of each row may do with it, by the name of the row's placeholder."""
    found: dict[str, str] = {}
    for shell in shells:
        for each in (shell, *shell.replies):
            mine = _shell(standing, _Acts.of(standing), each.contribution, each.row, each.aside, "", is_mine=True)
            found[f"acts_{each.contribution.pk}"] = mine.acts
    return found


def _shell(
    standing: Standing,
    acts: _Acts,
    one: Contribution,
    row: SafeString,
    aside: SafeString,
    reaction: str,
    *,
    is_mine: bool,
) -> Shell:
    phase, now = one.topic.phase, standing.now
    is_open = standing.may_act
    is_published = one.state == State.PUBLISHED
    takes_trials = standing.consultation.takes_trials(now)
    takes_its_like = phase.takes_contributions(now) if one.is_root else phase.takes_replies(now)
    thread_is_locked = one.locked if one.root is None else one.root.locked
    return Shell(
        one,
        row,
        is_mine=is_mine,
        reaction=reaction,
        may_reply=is_open and is_published and not thread_is_locked and (phase.takes_replies(now) or standing.is_staff),
        may_edit=is_mine and is_open and takes_its_like and one.state in (State.PUBLISHED, State.PENDING),
        may_withdraw=is_mine and one.state != State.WITHDRAWN,
        may_report=is_open and is_published and not is_mine and (standing.takes_part or not standing.is_staff),
        may_moderate=acts.moderates and not is_mine and one.state != State.WITHDRAWN,
        may_tag=acts.tags and is_published,
        may_mark_trial=is_open and (is_mine or standing.is_staff) and (one.is_trial or takes_trials),
        aside=aside,
    )
