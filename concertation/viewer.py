"""The person for whom a page is rendered or a permission is checked, at one moment."""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.http import HttpRequest
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from concertation.accounts.models import User
    from concertation.live.audience import Audience

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

Facts = dict[tuple[Hashable, Hashable], Any]


class Viewer:
    """A user, a visitor or an audience, and the moment of the page or the act.

    Each fact about a viewer is read once and memoised here. A page has one viewer; a verb makes a fresh one, so that
    no decision depends on what a page had read. ``facts`` is shared where many viewers are checked at once: its keys
    name the person or the object of a fact. ``stands_for`` is the audience for which a shared page is rendered: such
    a viewer is no person. ``is_stand_in`` is true of the person to whom « Voir comme » shows pages, who has no row in
    the database (``consultations/seen_as.py``).
    """

    __slots__ = ("facts", "is_stand_in", "now", "stands_for", "user")

    def __init__(
        self,
        user: "User | AnonymousUser",
        now: datetime | None = None,
        *,
        facts: Facts | None = None,
        stands_for: "Audience | None" = None,
        is_stand_in: bool = False,
    ) -> None:
        self.user = user
        self.now = now or timezone.now()
        self.facts: Facts = {} if facts is None else facts
        self.stands_for = stands_for
        self.is_stand_in = is_stand_in

    @property
    def pk(self) -> int | None:
        """The key of the user; None for a visitor."""
        return self.user.pk

    @property
    def is_known(self) -> bool:
        """Whether this is a person with an enabled account."""
        return self.user.is_authenticated and self.user.is_active

    @property
    def person(self) -> "User":
        """The user; call it only for a person with an account."""
        assert self.is_known, "ask is_known first"
        return cast("User", self.user)

    @property
    def is_administrator(self) -> bool:
        """Whether this person administers the site."""
        return self.is_known and self.user.is_superuser

    def ask(self, question: Hashable, keys: Collection[K], fetch: Callable[[list[K]], Mapping[K, V]]) -> dict[K, V]:
        """Return the fact ``question`` for each key; ``fetch`` gets the keys that are not memoised yet."""
        missing = [key for key in keys if (question, key) not in self.facts]
        if missing:
            self.facts.update({(question, key): answer for key, answer in fetch(missing).items()})
        return {key: self.facts[question, key] for key in keys if (question, key) in self.facts}

    def know(self, question: Hashable, answers: Mapping[K, V]) -> None:
        """Remember answers that the page has read by itself, so that they are not read again."""
        self.facts.update({(question, key): answer for key, answer in answers.items()})


def viewer_of(request: HttpRequest) -> Viewer:
    """Return the viewer of a request: one if it only reads, a fresh one at each call if it may write."""
    found: Viewer | None = getattr(request, "viewer", None)
    is_read = request.method in ("GET", "HEAD") or getattr(request, "is_before_its_verb", False)
    return found if found is not None and found.user is request.user and is_read else fresh_viewer_of(request)


@contextmanager
def before_its_verb(request: HttpRequest) -> Iterator[None]:
    """Use one viewer for all that a request reads before it writes."""
    fresh_viewer_of(request)
    request.is_before_its_verb = True  # type: ignore[attr-defined]
    try:
        yield
    finally:
        request.is_before_its_verb = False  # type: ignore[attr-defined]


def fresh_viewer_of(request: HttpRequest) -> Viewer:
    """Forget the memoised facts of the request's viewer, as after a wait."""
    seen_as = getattr(request, "seen_as", None)
    request.viewer = Viewer(request.user) if seen_as is None else seen_as.viewer()  # type: ignore[attr-defined]
    return cast(Viewer, request.viewer)  # type: ignore[attr-defined]
