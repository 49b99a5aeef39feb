"""Write the rows of an import as drafts, which no page, count or search reads before they are published."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation.accounts.models import Organisation, User
from concertation.batches import in_batches, let_others_write
from concertation.consultations.models import ActorKind, Nature, Participation, Stake, Territory, Topic
from concertation.search.actions import index_new

from .. import search, tree
from ..models import Batch, Contribution, Keyword, Origin, Revision, State, TaggedContribution
from ..wording import Wording
from .posting import UNSET, _Unset

# Rows a transaction: a quarter of a second of CPU at most, on a slow machine.
ROWS = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One contribution to write. ``parent`` is a row that exists, ``parent_key`` the key of another entry.

    ``wording`` may be made beforehand with ``wording.word``; a hidden or withdrawn entry may have no text at all.
    ``number`` asks for a public number, which must be free; all entries ask or none does.
    """

    topic: Topic
    author: Participation
    body: str = ""
    title: str = ""
    wording: Wording | None = None
    source_key: str = ""
    parent: Contribution | None = None
    parent_key: str = ""
    number: int | None = None
    origin: str = Origin.IMPORT
    origin_label: str = ""
    occurred_at: datetime | None = None
    published_at: datetime | None = None
    state: str = State.PUBLISHED
    nature: Nature | None = None
    stakes: Collection[Stake] = ()
    keywords: Collection[Keyword] = ()
    actor_kind: ActorKind | _Unset | None = UNSET
    territory: Territory | _Unset | None = UNSET
    organisation: Organisation | _Unset | None = UNSET
    speaks_for: str | _Unset = UNSET
    as_team: bool = False
    imported: Mapping[str, int | None] | None = None


@dataclass(slots=True)
class Draft:
    """An entry, its text, and the row written for it; ``row.state`` is draft until the import is published."""

    entry: Entry
    wording: Wording
    row: Contribution
    depth: int = 1


def drafts_of(
    batch: Batch, rows: Sequence[Entry], wordings: Sequence[Wording], *, by: User, now: datetime
) -> list[Draft]:
    """Return the rows to write: numbered, placed under what they answer, counted."""
    drafts = []
    for number, (entry, wording) in enumerate(zip(rows, wordings, strict=True), start=batch.first_number):
        row = _unsaved(batch, entry, wording, number=entry.number or number, by=by, now=now)
        drafts.append(Draft(entry, wording, row))
    outside = _already_there(batch, rows)
    for draft, above in _from_the_top(drafts, outside):
        _put_under(draft.row, above)
    _count_replies(drafts)
    return drafts


def write_drafts(
    batch: Batch, drafts: Sequence[Draft], *, by: User, step: Callable[[int, int], None] = lambda done, total: None
) -> None:
    """Save the rows, parents first, a few hundred a transaction, so that locks are short."""
    in_order = sorted(drafts, key=lambda draft: draft.depth)
    done = 0
    for some in in_batches(in_order, ROWS):
        with transaction.atomic():
            _keep_alive(batch)
            _lock_parents(batch, some)
            _save_rows(some)
            _save_texts(some, by)
            _save_marks(some, by)
        done += len(some)
        step(done, len(drafts))
        let_others_write()


def _keep_alive(batch: Batch) -> None:
    """Lock the row of this import and update its time; raise if it was abandoned."""
    if not Batch.objects.writing().filter(pk=batch.pk).update(touched_at=timezone.now()):
        raise ValidationError(_("Cet import a été interrompu : ce qu’il avait écrit a été retiré. Recommencez."))


def _unsaved(batch: Batch, entry: Entry, wording: Wording, *, number: int, by: User, now: datetime) -> Contribution:
    author, imported = entry.author, entry.imported or {}
    published_at = entry.published_at or now
    return Contribution(
        consultation=batch.consultation,
        batch=batch,
        number=number,
        topic=entry.topic,
        author=author,
        entered_by=by,
        actor_kind=author.actor_kind if entry.actor_kind is UNSET else entry.actor_kind,
        territory=author.territory if entry.territory is UNSET else entry.territory,
        organisation=author.organisation if entry.organisation is UNSET else entry.organisation,
        speaks_for=author.speaks_for if entry.speaks_for is UNSET else entry.speaks_for,
        as_team=entry.as_team,
        nature=entry.nature,
        title=wording.title,
        state=State.DRAFT,
        origin=Origin(entry.origin),
        origin_label=entry.origin_label,
        source_key=entry.source_key,
        occurred_at=entry.occurred_at,
        created_at=now,
        published_at=published_at,
        last_activity_at=published_at,
        imported_agree=imported.get("agree"),
        imported_disagree=imported.get("disagree"),
        imported_unclear=imported.get("unclear"),
    )


def _already_there(batch: Batch, rows: Sequence[Entry]) -> dict[str, Contribution]:
    """Return the rows of earlier imports that these ones answer, by key."""
    inside = {entry.source_key for entry in rows}
    outside = sorted({entry.parent_key for entry in rows if entry.parent_key} - inside)
    found: dict[str, Contribution] = {}
    for keys in in_batches(outside):
        here = Contribution.objects.filter(consultation=batch.consultation, source_key__in=keys)
        found.update({row.source_key: row for row in here.exclude(state=State.DRAFT).select_related("root")})
    return found


def _from_the_top(
    drafts: Sequence[Draft], outside: Mapping[str, Contribution]
) -> Iterator[tuple[Draft, Contribution | None]]:
    """Yield each draft after the one it answers, with the row of that one."""
    answers: dict[str, list[Draft]] = {}
    ready: list[tuple[Draft, Contribution | None]] = []
    for draft in drafts:
        above = draft.entry.parent or outside.get(draft.entry.parent_key)
        if above is None and draft.entry.parent_key:
            answers.setdefault(draft.entry.parent_key, []).append(draft)
        else:
            ready.append((draft, above))
    for draft, above in ready:
        yield draft, above
        for below in answers.pop(draft.entry.source_key, []):
            below.depth = draft.depth + 1
            ready.append((below, draft.row))
    if answers:
        raise ValidationError(
            _("La contribution parente « %(key)s » est introuvable."), params={"key": next(iter(answers))}
        )


def _put_under(row: Contribution, above: Contribution | None) -> None:
    assert row.number is not None
    row.path = tree.path_under(above.path if above else "", row.number)
    if above is None:
        return
    if above.topic_id != row.topic_id:
        raise ValidationError(
            _("La réponse C-%(number)d n’est pas dans la thématique de son fil."), params={"number": row.number}
        )
    row.parent = above
    row.root = above.root or above
    row.root_topic_id = row.topic_id
    row.title = ""


def _count_replies(drafts: Sequence[Draft]) -> None:
    """Set the counts of the roots among the drafts: published replies, last activity."""
    latest: dict[int, datetime] = {}
    for draft in drafts:
        root, at = draft.row.root, draft.row.published_at
        if root is None or root.batch_id != draft.row.batch_id or draft.entry.state != State.PUBLISHED:
            continue
        if at is not None:
            root.reply_count += 1
            root.last_activity_at = latest[id(root)] = max(at, latest.get(id(root), at))


def _lock_parents(batch: Batch, some: Sequence[Draft]) -> None:
    """Lock existing contributions before the rows that they refer to, in the order of all verbs."""
    rows = [row for draft in some for row in (draft.row.parent, draft.row.root) if row is not None]
    outside = {row.pk for row in rows if row.batch_id != batch.pk}
    for pks in in_batches(sorted(outside)):
        tree.lock_rows(Contribution.objects.filter(pk__in=pks))


def _save_rows(some: Sequence[Draft]) -> None:
    """Save rows level by level, because a reply needs the key of its parent."""
    for _depth, level in groupby(some, key=lambda draft: draft.depth):
        Contribution.objects.bulk_create([draft.row for draft in level], batch_size=ROWS)


def _save_texts(some: Sequence[Draft], by: User) -> None:
    texts = [
        Revision(
            contribution=draft.row, number=1, title=draft.row.title, body=draft.wording.body, html=draft.wording.html,
            plain=draft.wording.plain, by=by, at=draft.row.published_at or draft.row.created_at,
        )
        for draft in some
    ]  # fmt: skip
    for draft, text in zip(some, Revision.objects.bulk_create(texts, batch_size=ROWS), strict=True):
        draft.row.current = text
    own = Revision.objects.filter(contribution=OuterRef("pk"), number=1).values("pk")
    Contribution.objects.filter(pk__in=[draft.row.pk for draft in some]).update(current_id=Subquery(own))
    index_new(search.NAME, [draft.row for draft in some if draft.entry.state != State.WITHDRAWN])


def _save_marks(some: Sequence[Draft], by: User) -> None:
    stakes = Contribution.stakes.through
    stakes.objects.bulk_create(
        [stakes(contribution_id=draft.row.pk, stake_id=one.pk) for draft in some for one in draft.entry.stakes],
        batch_size=ROWS,
    )
    TaggedContribution.objects.bulk_create(
        [
            TaggedContribution(content_object=draft.row, topic_id=draft.row.topic_id, tag=one, by=by)
            for draft in some
            for one in draft.entry.keywords
        ],
        batch_size=ROWS,
    )
