"""What surrounds a row for one reader: their own marks, what they may do, the replies, and what higher apps add."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from hashlib import blake2b
from typing import Any

from django.core.cache import cache
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from concertation import slots
from concertation.consultations.standing import Standing
from concertation.live.row_cache import KEPT_FOR, template_version
from concertation.permissions import may

from . import live
from .models import Contribution, Reaction, State


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
    is_target: bool = False
    aside: SafeString = field(default_factory=SafeString)
    composer: Any = None
    replies: "list[Shell]" = field(default_factory=list)
    folded: tuple[int, ...] = ()

    @property
    def folded_objects(self) -> str:
        """As the channel names them: news of what is folded is not news to be shown."""
        return " ".join(f"contribution:{pk}" for pk in self.folded)

    def digest(self, slug: str) -> str:
        """The same for two shells whose HTML is the same."""
        assert self.composer is None, "a form has a token of its own"
        one = self.contribution
        own = [getattr(self, each.name) for each in fields(self) if each.name not in ("contribution", "replies")]
        said = [slug, one.pk, one.number, one.parent_id, *own, *(reply.digest(slug) for reply in self.replies)]
        return blake2b(repr(said).encode(), digest_size=16).hexdigest()


def shells_for(
    standing: Standing,
    roots: Sequence[Contribution],
    replies: Mapping[int, Sequence[Contribution]],
    *,
    keys: Mapping[int, Sequence[int]] | None = None,
) -> list[Shell]:
    """The shells of these threads, in a fixed number of queries; what more there is of ``keys`` is folded."""
    everything = [*roots, *(reply for root in roots for reply in replies.get(root.pk, ()))]
    shells = {shell.contribution.pk: shell for shell in _flat(standing, everything)}
    for root in roots:
        shell = shells[root.pk]
        shell.replies = [shells[reply.pk] for reply in replies.get(root.pk, ())]
        shell.folded = tuple(pk for pk in (keys or {}).get(root.pk, ()) if pk not in shells)
    return [shells[root.pk] for root in roots]


def shell_for(standing: Standing, contribution: Contribution) -> Shell:
    """The shell of one row, as the answer to an act on it."""
    return _flat(standing, [contribution])[0]


def threads_html(shells: Sequence[Shell], slug: str) -> SafeString:
    """The threads of a page, joined from the cache.

    Each is kept under a digest of all that its template reads, own marks included, so that whoever sees the same
    thread in the same way shares it, and nothing has to be forgotten. A shell that holds a form is never kept.
    """
    keys = {f"shell:{template_version()}:{shell.digest(slug)}": shell for shell in shells}
    found: dict[str, str] = cache.get_many(keys)
    template = get_template("contributions/shell.html")
    drawn = {
        key: str(template.render({"shell": shell, "consultation": {"slug": slug}}))
        for key, shell in keys.items()
        if key not in found
    }
    if drawn:
        cache.set_many(drawn, KEPT_FOR)
        found |= drawn
    return mark_safe("".join(found[key] for key in keys))  # noqa: S308 - it left a template as safe


def _flat(standing: Standing, contributions: Sequence[Contribution]) -> list[Shell]:
    acts = _Acts.of(standing)
    htmls = live.html_for(contributions, standing.audience, standing.now)
    asides = slots.html_for("contribution.aside", standing.viewer, contributions)
    reactions = _own_reactions(standing, contributions)
    return [
        _shell(standing, acts, one, htmls[one.pk], asides.get(one.pk, SafeString()), reactions.get(one.pk, ""))
        for one in contributions
    ]


def _own_reactions(standing: Standing, contributions: Iterable[Contribution]) -> dict[int, str]:
    if standing.participation is None:
        return {}
    own = Reaction.objects.filter(
        participation=standing.participation, contribution__in=[one.pk for one in contributions]
    )
    return dict(own.values_list("contribution", "kind"))


def _shell(
    standing: Standing, acts: _Acts, one: Contribution, row: SafeString, aside: SafeString, reaction: str
) -> Shell:
    phase, now = one.topic.phase, standing.now
    is_mine = standing.participation is not None and one.author_id == standing.participation.pk
    is_open = standing.may_act
    is_published = one.state == State.PUBLISHED
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
        may_report=is_open and is_published and standing.participation is not None and not is_mine,
        may_moderate=acts.moderates and not is_mine and one.state != State.WITHDRAWN,
        may_tag=acts.tags and is_published,
        aside=aside,
    )
