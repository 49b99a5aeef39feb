"""Begin, publish, abandon and undo whole imports. ``drafts`` writes their rows."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max, Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation.accounts.models import Organisation, User
from concertation.batches import in_batches, let_others_write
from concertation.consultations.actions import (
    discard_items,
    discard_organisations,
    discard_topics,
    reason_of_import,
    show_actor_kinds,
    show_organisations,
    show_participations,
    show_topics,
)
from concertation.consultations.models import ActorKind, Consultation, Participation, Reason, Topic
from concertation.consultations.numbers import claim_numbers, lock_numbers, take_number
from concertation.journal.actions import record
from concertation.live.actions import Announcement, announce, announced_together, reload, touched
from concertation.permissions import require
from concertation.search.actions import forget
from concertation.texts.templatetags.french import hour
from concertation.viewer import Viewer

from .. import search, tree
from ..corpus_files import stale_files
from ..models import Batch, Contribution, Decision, DecisionAct, Keyword, Revision, State, TaggedContribution
from .drafts import ROWS, Draft
from .keywords import discard_keywords, show_keywords

TOPIC, ACTOR_KIND, KEYWORD, ORGANISATION, REASON = (
    str(model._meta.model_name) for model in (Topic, ActorKind, Keyword, Organisation, Reason)
)


def begin_batch(
    consultation: Consultation,
    *,
    numbers: Sequence[int | None],
    kind: str = "",
    files: Sequence[str] = (),
    by: User,
) -> Batch:
    """Begin an import and reserve its public numbers: those of the file, all or none, or as many new ones."""
    require(Viewer(by), "contributions.import", consultation)
    with transaction.atomic():
        lock_numbers(consultation, "contribution")
        now = timezone.now()
        _end(Batch.objects.dead_at(now).filter(consultation=consultation), _("Interrompu."), now)
        running = Batch.objects.writing().filter(consultation=consultation).first()
        if running is not None:
            raise ValidationError(
                _(
                    "Un import est en cours ici depuis %(hour)s. Attendez qu’il soit fini ; s’il s’est arrêté, "
                    "recommencez dans une minute."
                ),
                params={"hour": hour(running.started_at, consultation.tz)},
                code="running",
            )
        first, last = _reserve(consultation, numbers)
        return Batch.objects.create(
            consultation=consultation, kind=kind, files=list(files), by=by, size=len(numbers),
            first_number=first, last_number=last,
        )  # fmt: skip


def _reserve(consultation: Consultation, numbers: Sequence[int | None]) -> tuple[int, int]:
    asked = [number for number in numbers if number is not None]
    if not asked:
        first = take_number(consultation, "contribution", count=len(numbers))
        return first, first + len(numbers) - 1
    if len(asked) != len(numbers) or len(set(asked)) != len(asked) or min(asked) < 1:
        raise ValidationError(_("Chaque contribution doit avoir un numéro, et un seul, ou aucune n’en a."))
    claim_numbers(consultation, "contribution", up_to=max(asked))
    for some in in_batches(asked):
        taken = Contribution.objects.filter(consultation=consultation, number__in=some)
        clash = taken.values_list("number", flat=True).first()
        if clash is not None:
            raise ValidationError(_("Le numéro C-%(number)d est déjà pris."), params={"number": clash})
    return min(asked), max(asked)


@contextmanager
def abandoned_on_failure(batch: Batch) -> Iterator[None]:
    """Abandon the import and delete its rows if the block raises."""
    try:
        yield
    except BaseException as error:  # Ctrl-C too
        _end(Batch.objects.writing().filter(pk=batch.pk), str(error) or type(error).__name__, timezone.now())
        clear(batch)
        raise


def publish_batch(batch: Batch, drafts: Sequence[Draft], *, hidden_for: str = "", by: User, now: datetime) -> Batch:
    """Publish at once all the drafts of an import and all that they name.

    Those that come hidden carry a decision with the reason ``hidden_for``, which is made if need be.
    """
    consultation = batch.consultation
    require(Viewer(by, now), "contributions.import", consultation)
    hidden = [draft.row.pk for draft in drafts if draft.entry.state == State.HIDDEN]
    withdrawn = [draft.row.pk for draft in drafts if draft.entry.state == State.WITHDRAWN]
    with transaction.atomic(), announced_together():
        lock_numbers(consultation, "contribution")
        ends = {"state": Batch.State.PUBLISHED, "finished_at": timezone.now()}
        if not Batch.objects.writing().filter(pk=batch.pk).update(**ends):
            raise ValidationError(_("Cet import n’est plus en cours : recommencez."))
        tree.lock_rows(batch.contributions.all())
        _check_threads(batch)
        batch.contributions.update(state=State.PUBLISHED)
        _set_state(hidden, State.HIDDEN)
        _set_state(withdrawn, State.WITHDRAWN)
        if hidden and hidden_for:
            _decide_hidden(batch, drafts, hidden_for, now, by)
        people = _show_made(batch, now, by)
        Batch.objects.filter(pk=batch.pk).update(counts=_counts(batch), made=batch.made)
        _record_entry(batch, people, by)
        announce(*_changes_of(batch))
    for draft in drafts:
        draft.row.state = draft.entry.state
    batch.refresh_from_db()
    return batch


def _check_threads(batch: Batch) -> None:
    """Refuse to publish replies to a thread that was moved while they were written."""
    moved = batch.contributions.filter(root__isnull=False).exclude(topic=F("root__topic"))
    if moved.exists():
        raise ValidationError(_("Un fil auquel des lignes répondent a été déplacé pendant l’import. Recommencez."))


def _set_state(pks: Sequence[int], state: State) -> None:
    for some in in_batches(pks):
        Contribution.objects.filter(pk__in=some).update(state=state)


def _decide_hidden(batch: Batch, drafts: Iterable[Draft], label: str, now: datetime, by: User) -> None:
    """Write a decision for each imported hidden text; its author has no account, so nobody is notified."""
    reason, is_new = reason_of_import(batch.consultation, label=label, by=by)
    if is_new:
        batch.made[REASON] = [reason.pk]
    Decision.objects.bulk_create(
        [
            Decision(
                contribution=draft.row, revision=draft.row.current, act=DecisionAct.HIDE, reason=reason, at=now, by=by
            )
            for draft in drafts
            if draft.entry.state == State.HIDDEN
        ],
        batch_size=ROWS,
    )


def _show_made(batch: Batch, now: datetime, by: User) -> int:
    """List what was made for an import, without a journal entry for each; return how many people were added."""
    consultation, made = batch.consultation, batch.made
    show_topics(consultation, keys=made.get(TOPIC, []), now=now, by=by)
    show_actor_kinds(consultation, keys=made.get(ACTOR_KIND, []), by=by)
    show_keywords(consultation, keys=made.get(KEYWORD, []), by=by)
    show_organisations(keys=made.get(ORGANISATION, []))
    authors = {pk for pk in batch.contributions.values_list("author", flat=True) if pk is not None}
    return show_participations(consultation, keys=authors, by=by)


def _record_entry(batch: Batch, people: int, by: User) -> None:
    """Write the one line of the journal about an import, with how many of each kind of thing it made."""
    made = {"people": people, **{f"{kind}s": len(keys) for kind, keys in batch.made.items()}}
    numbers = {"first": batch.first_number, "last": batch.last_number}
    details = {"batch": batch.pk, "contributions": batch.size, **numbers, **{k: n for k, n in made.items() if n}}
    record("contributions.entered", batch.consultation, by=by, consultation_id=batch.consultation_id, details=details)


def _changes_of(batch: Batch) -> list[Announcement]:
    """Recount the answered threads, then the topics in the order of their keys; return a reload for each page."""
    answered = batch.contributions.filter(root__isnull=False).exclude(root__batch=batch)
    roots = Contribution.objects.filter(pk__in=answered.values("root"))
    tree.recount(roots.values_list("pk", flat=True))
    topics = list(Topic.objects.filter(pk__in=batch.contributions.values("topic")).order_by("pk"))
    counts = tree.recount_topics(batch.consultation, topics)
    return [*touched(roots), *map(reload, topics), *counts]


def undo_batch(batch: Batch, *, now: datetime, by: User) -> Batch:
    """Undo a whole import that nobody has changed or answered; its numbers stay used."""
    consultation = batch.consultation
    require(Viewer(by, now), "contributions.import", consultation)
    with transaction.atomic():
        lock_numbers(consultation, "contribution")
        ends = {"state": Batch.State.UNDONE, "finished_at": timezone.now()}
        if not Batch.objects.filter(pk=batch.pk, state=Batch.State.PUBLISHED).update(**ends):
            batch.refresh_from_db()
            check_undo(batch, by=by)
            return batch
        tree.lock_rows(batch.contributions.all())
        _check_untouched(batch)
        batch.contributions.update(state=State.DRAFT)
        details = {"batch": batch.pk, "contributions": batch.size}
        record("contributions.import_undone", consultation, by=by, consultation_id=consultation.pk, details=details)
        announce(*_changes_of(batch), *stale_files(consultation.pk))
    clear(batch)
    batch.refresh_from_db()
    return batch


def check_undo(batch: Batch, *, by: User) -> None:
    """Refuse an import that cannot be undone; one that is undone already passes, as undoing it again does nothing."""
    require(Viewer(by), "contributions.import", batch.consultation)
    if batch.state == Batch.State.PUBLISHED:
        _check_untouched(batch)
    elif batch.state != Batch.State.UNDONE:
        raise ValidationError(_("Cet import n’a pas été publié : il n’y a rien à annuler."))


def _check_untouched(batch: Batch) -> None:
    if _counts(batch) != batch.counts or _is_answered(batch):
        raise ValidationError(
            _("Des contributions de cet import ont reçu une réponse, une réaction ou une décision : il reste.")
        )


def _counts(batch: Batch) -> dict[str, int]:
    """Count what an import brought, in each state, with its texts, keywords and decisions.

    The key of the last use of a keyword tells that one took the place of another.
    """
    rows = batch.contributions
    uses = TaggedContribution.objects.accepted().filter(content_object__batch=batch)
    return {
        **{str(state): rows.filter(state=state).count() for state in State.placed()},
        "texts": Revision.objects.filter(contribution__batch=batch).count(),
        "keywords": uses.count(),
        "last_keyword": uses.aggregate(last=Max("pk"))["last"] or 0,
        "decisions": Decision.objects.filter(contribution__batch=batch).count(),
    }


def _is_answered(batch: Batch) -> bool:
    """Return whether a row from elsewhere points at the import's rows: a reply, a reaction, an extract."""
    own = {Revision, TaggedContribution, Decision, Contribution.stakes.through}
    for relation in Contribution._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)):
            continue
        pointing: type[Model] = relation.related_model  # type: ignore[assignment]
        rows = pointing._base_manager.filter(**{f"{relation.field.name}__batch": batch})  # type: ignore[union-attr]
        if pointing is Contribution:
            rows = rows.exclude(batch=batch)
        if pointing not in own and rows.exists():
            return True
    return False


def end_dead_batches(now: datetime) -> None:
    """Abandon the imports whose process died, and delete what is left of those that failed or were undone."""
    _end(Batch.objects.dead_at(now), _("Interrompu."), now)
    for batch in Batch.objects.to_clear().select_related("consultation", "by").order_by("pk"):
        clear(batch)


def _end(batches: QuerySet[Batch], error: str, now: datetime) -> None:
    batches.update(state=Batch.State.FAILED, error=error[:2_000], finished_at=now)


def clear(batch: Batch) -> None:
    """Delete the drafts of an import, a few hundred a transaction, then what was made for it and is not used."""
    batch.refresh_from_db(fields=["made"])  # it may have failed while it made them
    rows = batch.contributions.filter(state=State.DRAFT)
    held = rows.filter(Q(parent__isnull=False) | Q(current__isnull=False))
    _by_the_hundred(held, lambda some: some.update(parent=None, root=None, root_topic=None, current=None))
    _by_the_hundred(rows, _delete)
    unused = Participation.every.filter(
        consultation=batch.consultation, user=None, joined_at__gte=batch.started_at, contributions=None,
        reactions=None, reports=None,
    )  # fmt: skip
    _by_the_hundred(unused.exclude(source_key=""), lambda some: some.delete())
    _remove_made(batch)
    with transaction.atomic():
        if Batch.objects.to_clear().filter(pk=batch.pk, state=Batch.State.FAILED).exists():
            details = {"batch": batch.pk, "contributions": batch.size}
            consultation = batch.consultation
            record(
                "contributions.import_failed",
                consultation,
                by=batch.by,
                consultation_id=consultation.pk,
                details=details,
            )
        Batch.objects.to_clear().filter(pk=batch.pk).update(cleared_at=timezone.now())


def _by_the_hundred(rows: QuerySet[Any], act: Callable[[QuerySet[Any]], object]) -> None:
    while pks := list(rows.order_by("pk").values_list("pk", flat=True)[:ROWS]):
        with transaction.atomic():
            act(rows.model._base_manager.filter(pk__in=pks))
        let_others_write()


def _delete(some: QuerySet[Contribution]) -> None:
    forget(search.NAME, list(some.values_list("pk", flat=True)))
    Decision.objects.filter(contribution__in=some).delete()
    some.delete()


def _remove_made(batch: Batch) -> None:
    """Delete what was made for the import and nothing else uses, unless another running import names it too."""
    consultation, made = batch.consultation, batch.made
    discard_topics(consultation, keys=made.get(TOPIC, []), now=timezone.now())
    discard_items(ActorKind, consultation, keys=made.get(ACTOR_KIND, []))
    discard_items(Reason, consultation, keys=made.get(REASON, []))
    discard_keywords(consultation, keys=made.get(KEYWORD, []))
    others = Batch.objects.writing().exclude(pk=batch.pk).values_list("made", flat=True)
    awaited = {key for other in others for key in other.get(ORGANISATION, [])}
    discard_organisations(keys=[key for key in made.get(ORGANISATION, []) if key not in awaited])
