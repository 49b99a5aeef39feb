"""What surrounds a row for one reader: their own marks, what they may do, the replies, and what higher apps add."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from hashlib import blake2b
from typing import Any

from django.core.cache import cache
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from concertation import slots
from concertation.consultations.audiences import audience_of, participation_of, suspension_of
from concertation.consultations.models import Consultation, Participation, Suspension
from concertation.live.audience import Audience
from concertation.live.row_cache import KEPT_FOR, template_version
from concertation.permissions import may

from . import live
from .models import Contribution, Reaction, State


@dataclass(frozen=True)
class Reader:
    """Who looks at a page of one consultation, asked once a page."""

    user: Any
    consultation: Consultation
    audience: Audience
    participation: Participation | None
    suspension: Suspension | None
    moderates: bool
    tags: bool
    now: datetime

    @property
    def is_staff(self) -> bool:
        return self.audience == Audience.STAFF


def reader_of(user: Any, consultation: Consultation, now: datetime) -> Reader:
    audience = audience_of(user, consultation, now)
    assert audience is not None, "pages fetch the consultation by what this reader may see"
    is_staff = audience == Audience.STAFF
    return Reader(
        user,
        consultation,
        audience,
        participation_of(user, consultation),
        suspension_of(user, consultation, now),
        moderates=is_staff and may(user, "contributions.read_queue", consultation),
        tags=is_staff and may(user, "contributions.tag", consultation),
        now=now,
    )


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
    reader: Reader,
    roots: Sequence[Contribution],
    replies: Mapping[int, Sequence[Contribution]],
    *,
    keys: Mapping[int, Sequence[int]] | None = None,
) -> list[Shell]:
    """The shells of these threads, in a fixed number of queries; what more there is of ``keys`` is folded."""
    everything = [*roots, *(reply for root in roots for reply in replies.get(root.pk, ()))]
    shells = {shell.contribution.pk: shell for shell in _flat(reader, everything)}
    for root in roots:
        shell = shells[root.pk]
        shell.replies = [shells[reply.pk] for reply in replies.get(root.pk, ())]
        shell.folded = tuple(pk for pk in (keys or {}).get(root.pk, ()) if pk not in shells)
    return [shells[root.pk] for root in roots]


def shell_for(reader: Reader, contribution: Contribution) -> Shell:
    """The shell of one row, as the answer to an act on it."""
    return _flat(reader, [contribution])[0]


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


def _flat(reader: Reader, contributions: Sequence[Contribution]) -> list[Shell]:
    htmls = live.html_for(contributions, reader.audience, reader.now)
    asides = slots.html_for("contribution.aside", reader.user, contributions)
    reactions = _own_reactions(reader, contributions)
    return [
        _shell(reader, one, htmls[one.pk], asides.get(one.pk, SafeString()), reactions.get(one.pk, ""))
        for one in contributions
    ]


def _own_reactions(reader: Reader, contributions: Iterable[Contribution]) -> dict[int, str]:
    if reader.participation is None:
        return {}
    own = Reaction.objects.filter(
        participation=reader.participation, contribution__in=[one.pk for one in contributions]
    )
    return dict(own.values_list("contribution", "kind"))


def _shell(reader: Reader, one: Contribution, row: SafeString, aside: SafeString, reaction: str) -> Shell:
    phase, now = one.topic.phase, reader.now
    is_mine = reader.participation is not None and one.author_id == reader.participation.pk
    is_open = not reader.consultation.archived and reader.suspension is None
    is_published = one.state == State.PUBLISHED
    takes_its_like = phase.takes_contributions(now) if one.is_root else phase.takes_replies(now)
    thread_is_locked = one.locked if one.root is None else one.root.locked
    return Shell(
        one,
        row,
        is_mine=is_mine,
        reaction=reaction,
        may_reply=is_open and is_published and not thread_is_locked and (phase.takes_replies(now) or reader.is_staff),
        may_edit=is_mine and is_open and takes_its_like and one.state in (State.PUBLISHED, State.PENDING),
        may_withdraw=is_mine and one.state != State.WITHDRAWN,
        may_report=is_open and is_published and reader.participation is not None and not is_mine,
        may_moderate=reader.moderates and not is_mine and one.state != State.WITHDRAWN,
        may_tag=reader.tags and is_published,
        aside=aside,
    )
