"""Many contributions at once, for an importer and for the demonstration: the same rules, one short transaction.

Everything slow (checking, rendering) happens before the transaction; a reader's page is told to reload, once a topic.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation.accounts.models import Organisation, User
from concertation.batches import SIZE
from concertation.consultations.models import ActorKind, Consultation, Nature, Participation, Stake, Territory, Topic
from concertation.consultations.numbers import claim_numbers, take_number
from concertation.journal.actions import record
from concertation.live.actions import Change, announce
from concertation.permissions import require

from .. import threads
from ..models import Contribution, Keyword, Origin, Revision, State, TaggedContribution
from ..wording import ENTERED_LENGTH, Wording, check_frame, word
from .posting import UNSET, _Unset

BATCH = SIZE


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One contribution as it will be written. ``parent`` is a row that exists, ``parent_key`` the key of another entry.

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


def bulk_enter(
    consultation: Consultation, rows: Sequence[Entry], *, by: User, now: datetime | None = None
) -> list[Contribution]:
    """All of these contributions are in, in this order, or none is; what is refused names its row."""
    now = now or timezone.now()
    require(by, "contributions.import", consultation)
    wordings = _check_all(consultation, rows, now)
    if not rows:
        return []
    with transaction.atomic():
        first = _take_numbers(consultation, rows)
        written = [
            _unsaved(entry, wording, consultation, number=entry.number or first + index, by=by, now=now)
            for index, (entry, wording) in enumerate(zip(rows, wordings, strict=True))
        ]
        _save_in_waves(consultation, rows, written)
        _save_texts(written, wordings, by, now)
        _save_marks(rows, written, by)
        threads.recount({one.root_id or one.pk for one in written})
        details = {"contributions": len(written), "first": written[0].number, "last": written[-1].number}
        record("contributions.entered", consultation, by=by, consultation_id=consultation.pk, details=details)
        counts = [one for row in _one_a_topic(written) for one in threads.counted(row.topic, now)]
        announce(*_reloads(written, now), *counts)
    return written


def _check_all(consultation: Consultation, rows: Sequence[Entry], now: datetime) -> list[Wording]:
    wordings: list[Wording] = []
    errors: list[ValidationError] = []
    natures: dict[int, bool] = {}
    for index, entry in enumerate(rows, start=1):
        try:
            wordings.append(_check(consultation, entry, natures, now))
        except ValidationError as error:
            for message in error.messages:
                text = _("Ligne %(row)d : %(message)s") % {"row": index, "message": message}
                errors.append(ValidationError(text, params={"row": index}))
    if errors:
        raise ValidationError(errors)
    return wordings


def _check(consultation: Consultation, entry: Entry, seen: dict[int, bool], now: datetime) -> Wording:
    if {entry.author.consultation_id, entry.topic.phase.consultation_id} != {consultation.pk}:
        raise ValidationError(_("L’auteur et la thématique ne sont pas de cette concertation."))
    if entry.state not in State.placed():
        raise ValidationError(_("L’état d’une contribution versée est publiée, masquée ou retirée."))
    if max(entry.occurred_at or now, entry.published_at or now) > now:
        raise ValidationError(_("La date est dans le futur."))
    if entry.nature is not None and entry.nature.consultation_id != consultation.pk:
        raise ValidationError(_("Cette nature n’est pas de cette concertation."))
    check_frame(consultation, entry.topic.phase, None, entry.stakes)
    if entry.wording is not None:
        return entry.wording
    if not entry.body.strip() and entry.state != State.PUBLISHED:
        return Wording("", "", "", "")
    is_reply = bool(entry.parent or entry.parent_key)
    return word(entry.body, title=entry.title, is_reply=is_reply, max_length=ENTERED_LENGTH)


def _take_numbers(consultation: Consultation, rows: Sequence[Entry]) -> int:
    asked = [entry.number for entry in rows if entry.number is not None]
    if not asked:
        return take_number(consultation, "contribution", count=len(rows))
    if len(asked) != len(rows) or len(set(asked)) != len(asked) or min(asked) < 1:
        raise ValidationError(_("Chaque contribution doit avoir un numéro, et un seul, ou aucune n’en a."))
    claim_numbers(consultation, "contribution", up_to=max(asked))
    for start in range(0, len(asked), BATCH):
        taken = Contribution.objects.filter(consultation=consultation, number__in=asked[start : start + BATCH])
        clash = taken.values_list("number", flat=True).first()
        if clash is not None:
            raise ValidationError(_("Le numéro C-%(number)d est déjà pris."), params={"number": clash})
    return 0


def _unsaved(
    entry: Entry, wording: Wording, consultation: Consultation, *, number: int, by: User, now: datetime
) -> Contribution:
    author, imported = entry.author, entry.imported or {}
    published_at = entry.published_at or now
    return Contribution(
        consultation=consultation,
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
        state=entry.state,
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


def _save_in_waves(consultation: Consultation, rows: Sequence[Entry], written: Sequence[Contribution]) -> None:
    """A reply needs the key of what it answers: rows are written level by level, by one statement a batch."""
    known = _already_there(consultation, rows)
    waiting = list(zip(rows, written, strict=True))
    while waiting:
        ready = []
        later = []
        for entry, row in waiting:
            above = entry.parent or known.get(entry.parent_key) if entry.parent or entry.parent_key else None
            if above is None and (entry.parent or entry.parent_key):
                later.append((entry, row))
                continue
            _put_under(row, above)
            ready.append((entry, row))
        if not ready:
            missing = later[0][0].parent_key
            raise ValidationError(_("La contribution parente « %(key)s » est introuvable."), params={"key": missing})
        Contribution.objects.bulk_create([row for _entry, row in ready], batch_size=BATCH)
        known.update({entry.source_key: row for entry, row in ready if entry.source_key})
        waiting = later


def _already_there(consultation: Consultation, rows: Sequence[Entry]) -> dict[str, Contribution]:
    inside = {entry.source_key for entry in rows}
    outside = sorted({entry.parent_key for entry in rows if entry.parent_key} - inside)
    found: dict[str, Contribution] = {}
    for start in range(0, len(outside), BATCH):
        batch = Contribution.objects.filter(consultation=consultation, source_key__in=outside[start : start + BATCH])
        found.update({row.source_key: row for row in batch.select_related("root")})
    return found


def _put_under(row: Contribution, above: Contribution | None) -> None:
    assert row.number is not None
    row.path = threads.path_under(above.path if above else "", row.number)
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


def _save_texts(written: Sequence[Contribution], wordings: Sequence[Wording], by: User, now: datetime) -> None:
    texts = [
        Revision(
            contribution=row, number=1, title=row.title, body=one.body, html=one.html, plain=one.plain, by=by,
            at=row.published_at or now,
        )
        for row, one in zip(written, wordings, strict=True)
    ]  # fmt: skip
    for row, text in zip(written, Revision.objects.bulk_create(texts, batch_size=BATCH), strict=True):
        row.current = text
    own = Revision.objects.filter(contribution=OuterRef("pk"), number=1).values("pk")
    for start in range(0, len(written), BATCH):
        batch = [row.pk for row in written[start : start + BATCH]]
        Contribution.objects.filter(pk__in=batch).update(current_id=Subquery(own))


def _save_marks(rows: Sequence[Entry], written: Sequence[Contribution], by: User) -> None:
    pairs = list(zip(rows, written, strict=True))
    stakes = Contribution.stakes.through
    stakes.objects.bulk_create(
        [stakes(contribution_id=row.pk, stake_id=stake.pk) for entry, row in pairs for stake in entry.stakes],
        batch_size=BATCH,
    )
    TaggedContribution.objects.bulk_create(
        [TaggedContribution(content_object=row, tag=one, by=by) for entry, row in pairs for one in entry.keywords],
        batch_size=BATCH,
    )


def _one_a_topic(written: Iterable[Contribution]) -> list[Contribution]:
    return list({row.topic_id: row for row in written}.values())


def _reloads(written: Iterable[Contribution], now: datetime) -> list[Change]:
    return [
        Change(threads.room_for(row, now), "topic.reload", f"topic:{row.topic_id}") for row in _one_a_topic(written)
    ]
