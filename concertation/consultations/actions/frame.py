"""Edit the lists of a consultation: natures, stakes, actors, reasons, partners, territories, news."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeAlias, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError, QuerySet, RestrictedError
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.documents.conflicts import Version, forget, rewrite, values_of
from concertation.journal.actions import record
from concertation.journal.receipts import acts_once, writes_once
from concertation.live.actions import Announcement, announce, announced_together, touched
from concertation.permissions import require
from concertation.slots import Hooks, Slot
from concertation.texts.clean import one_line
from concertation.texts.templatetags.french import quoted
from concertation.texts.words import identity
from concertation.viewer import Viewer

from ..lines import Line, about, each
from ..live import everything_changed, pages_changed, staff_pages_changed
from ..models import (
    ActorFamily,
    ActorKind,
    Consultation,
    Document,
    Nature,
    News,
    Partner,
    Reason,
    Stake,
    Territory,
    Topic,
)
from ..rules import consultation_of
from ..search import forget_row, index_row
from .checking import assign, checked, first_free, is_used, moves, next_position, with_html

Item: TypeAlias = ActorFamily | ActorKind | Document | Nature | News | Partner | Reason | Stake | Territory
T = TypeVar("T", bound=Item)

# What higher apps do before a line of a list is changed, and the pages that show it under its new words.
item_changing: Hooks[[Any]] = Hooks()
item_edited: Slot[[Any, Sequence[str], datetime], Announcement] = Slot()


@writes_once
def create_item(model: type[T], consultation: Consultation, *, by: User, **fields: Any) -> T:
    """Add a row at the end of one of the lists."""
    require(Viewer(by), "consultations.organise", consultation)
    if issubclass(model, Territory):
        fields.setdefault("kind", Territory.Kind.OTHER)
    if issubclass(model, Nature) and not fields.get("code"):
        fields["code"] = _free_code(consultation, fields.get("singular", ""))
    item = model(consultation=consultation, **with_html(fields, *_markdown_of(model)))
    if "position" not in fields and hasattr(item, "position"):
        item.position = next_position(model._default_manager.filter(consultation=consultation))
    if isinstance(item, ActorKind):
        _take_over(item)
    checked(item)
    with transaction.atomic():
        item.save()
        index_row(item)
        record(f"{name_of(model)}.created", item, by=by, consultation_id=consultation.pk)
        announce(*_list_changed(model, consultation))
    return item


@acts_once
def create_items(model: type[Item], consultation: Consultation, *, lines: Sequence[Line], by: User) -> Consultation:
    """Add several rows at the end of one of the lists: all, or none and the error of each line."""
    require(Viewer(by), "consultations.organise", consultation)
    with transaction.atomic(), announced_together():
        values: dict[int, dict[str, Any]] = {line.number: dict(line.values) for line in lines}
        if model is ActorKind:
            families = _families_named(consultation, [given.get("family", "") for given in values.values()], by=by)
            values = {key: {**given, "family": families[given.get("family", "")]} for key, given in values.items()}
        if model is Nature:
            values = {key: {"plural": given["singular"], **given} for key, given in values.items()}
        about("lines", lambda: each(lines, lambda line: create_item(model, consultation, by=by, **values[line.number])))
    return consultation


def _families_named(consultation: Consultation, labels: Iterable[str], *, by: User) -> dict[str, ActorFamily | None]:
    """Return the family of each label, a new one where the list has none; an empty label is no family."""
    here: dict[str, ActorFamily | None] = {identity(one.label): one for one in consultation.actor_families.all()}
    here[""] = None
    for label in labels:
        if identity(label) not in here:
            here[identity(label)] = create_item(ActorFamily, consultation, label=label, by=by)
    return {label: here[identity(label)] for label in labels}


def _take_over(kind: ActorKind) -> None:
    """Reuse the prepared kind of an import that has the same label, if any: the organiser now owns it."""
    same = {"consultation": kind.consultation, "label": one_line(kind.label)}
    prepared = ActorKind.every.prepared().filter(**same).first()
    if prepared is not None:
        kind.pk, kind._state.adding = prepared.pk, False


def prepare_actor_kinds(consultation: Consultation, labels: Iterable[str], *, by: User) -> dict[str, ActorKind]:
    """Return the kinds of actors of a file, by label; new ones stay unlisted until ``show_actor_kinds``."""
    require(Viewer(by), "consultations.organise", consultation)
    here = {one.label: one for one in ActorKind.every.filter(consultation=consultation)}
    for label in dict.fromkeys(labels):
        if label not in here:
            position = next_position(ActorKind.every.filter(consultation=consultation))
            kind = ActorKind(consultation=consultation, label=label, position=position, is_ready=False)
            checked(kind).save()
            here[label] = kind
    return here


def show_actor_kinds(consultation: Consultation, *, keys: Sequence[int], by: User) -> None:
    """List the prepared kinds of actors among ``keys``."""
    require(Viewer(by), "consultations.organise", consultation)
    prepared = ActorKind.every.prepared().filter(consultation=consultation, pk__in=keys)
    if prepared.update(is_ready=True):
        announce(*_list_changed(ActorKind, consultation))


def reason_of_import(consultation: Consultation, *, label: str, by: User) -> tuple[Reason, bool]:
    """Return the reason with this label and whether it is new; the import writes the journal entry."""
    require(Viewer(by), "consultations.organise", consultation)
    found = Reason.objects.filter(consultation=consultation, label=label).first()
    if found is not None:
        return found, False
    reason = Reason(consultation=consultation, label=label)
    reason.position = next_position(Reason.objects.filter(consultation=consultation))
    checked(reason).save()
    announce(*_list_changed(Reason, consultation))
    return reason, True


def discard_items(model: type[ActorKind] | type[Reason], consultation: Consultation, *, keys: Sequence[int]) -> None:
    """Delete the rows among ``keys`` that an import brought and nothing uses."""
    with transaction.atomic():
        rows = model._base_manager.filter(consultation=consultation, pk__in=keys).select_for_update()
        gone = [row for row in rows.order_by("pk") if not is_used(row)]
        for row in gone:
            forget(row)
            row.delete()
        if gone:
            announce(*_list_changed(model, consultation))


def edit_item(item: T, *, expected_version: Version | None = None, by: User, **fields: Any) -> T:
    """Change a row; texts that refer to it show the new words."""
    require(Viewer(by), "consultations.organise", _owner(item))
    fields = with_html(fields, *_markdown_of(type(item)))
    with transaction.atomic():
        rows = type(item)._default_manager.select_for_update(of=("self",), no_key=True)
        item = cast(T, rows.get(pk=item.pk))
        fields = rewrite(item, fields, expected_version, by=by)
        before = values_of(item, fields)
        changed = assign(item, fields)
        if not changed:
            return item
        checked(item)
        # Lock order: a verb that writes a text locks it before it reads the rows that it refers to.
        item_changing.run(item)
        item.save()
        index_row(item)
        details = moves(before, item, changed)
        record(f"{name_of(type(item))}.edited", item, by=by, consultation_id=item.consultation_id, details=details)
        announce(*item_edited.gather(item, changed, timezone.now()), *_list_changed(type(item), _owner(item)))
    return item


def delete_item(item: Item, *, by: User) -> None:
    """Delete a row that nothing uses; a row in use stays, for the texts that refer to it."""
    require(Viewer(by), "consultations.organise", _owner(item))
    with transaction.atomic():
        locked = type(item)._default_manager.select_for_update(of=("self",)).filter(pk=item.pk).first()
        if locked is None:
            return
        if is_used(locked):
            raise _used(locked)
        record(f"{name_of(type(item))}.deleted", locked, by=by, consultation_id=locked.consultation_id)
        try:
            with transaction.atomic():
                forget(locked)
                forget_row(locked)
                locked.delete()
        except (ProtectedError, RestrictedError):
            raise _used(locked) from None
        announce(*_list_changed(type(item), _owner(item)))


def reorder(rows: QuerySet[Any], ids: Sequence[int], *, by: User) -> None:
    """Sort rows of one consultation in the order of ``ids``; rows not named follow, in their present order."""
    in_order = list(rows.order_by("position", "pk"))
    if not in_order:
        return
    consultation = consultation_of(in_order[0])
    require(Viewer(by), "consultations.organise", consultation)
    rank = {pk: place for place, pk in enumerate(ids)}
    wanted = sorted(in_order, key=lambda row: rank.get(row.pk, len(rank)))
    if wanted == in_order:
        return
    with transaction.atomic():
        for position, row in enumerate(wanted):
            row.position = position
        rows.model._default_manager.bulk_update(wanted, ["position"])
        name = name_of(rows.model)
        details = {"list": name}
        record(f"{name}.reordered", consultation, by=by, consultation_id=consultation.pk, details=details)
        announce(*_list_changed(rows.model, consultation))


def reorder_items(model: type[Item], consultation: Consultation, ids: Sequence[int], *, by: User) -> None:
    """Sort one of the lists in the order of ``ids``."""
    reorder(model._default_manager.filter(consultation=consultation), ids, by=by)


def _markdown_of(model: type[Any]) -> tuple[str, ...]:
    return tuple(getattr(model, "MARKDOWN", ()))


def name_of(model: type[Any]) -> str:
    """Return the name of a kind of row in the journal."""
    return str(model._meta.model_name)


def _list_changed(model: type[Any], consultation: Consultation) -> list[Announcement]:
    """Return the change to announce: to all for the lists shown on public pages, to the teams for the others."""
    if model is Topic:
        return everything_changed(consultation)
    if model in (ActorFamily, ActorKind, Reason, Stake, Territory):
        return [*touched([consultation]), staff_pages_changed(consultation.pk)]
    return pages_changed(consultation)


def _free_code(consultation: Consultation, word: str) -> str:
    """Return a free code made from the first name; it never changes, since stylesheets and exports use it."""
    base = slugify(word)[:17] or "nature"
    taken = set(consultation.natures.values_list("code", flat=True))
    return first_free(base, taken)


def _owner(item: Item) -> Consultation:
    if item.consultation is None:
        raise ValidationError(_("Ce territoire vient du code officiel : il ne peut pas être modifié."), code="official")
    return item.consultation


def _used(item: Item) -> ValidationError:
    return ValidationError(
        _("%(item)s est déjà utilisé : il ne peut plus être supprimé. Vous pouvez changer son libellé."),
        params={"item": quoted(str(item))},
        code="used",
    )
