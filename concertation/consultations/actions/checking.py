"""Helpers of this app's verbs: validate a row, find what changed, find whether a row is used."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain, count
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import CharField, FileField, Max, Model, QuerySet, TextField
from django.utils.translation import gettext as _

from concertation.texts import markdown
from concertation.texts.clean import check_line, check_text
from concertation.texts.templatetags.french import quoted

M = TypeVar("M", bound=Model)

LONGEST_TEXT = 20_000


def checked(row: M, *, exclude: Iterable[str] = ()) -> M:
    """Refuse a row that breaks a rule or holds characters the database refuses; each error names its field."""
    errors: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        is_text = isinstance(field, CharField | TextField) and field.editable and not field.choices
        if not is_text or not isinstance(value, str) or not value.strip():
            continue
        try:
            longest = field.max_length or LONGEST_TEXT
            is_line = isinstance(field, CharField)
            text = (
                check_line(value, max_length=longest, field=field.verbose_name, blank=field.blank)
                if is_line
                else (check_text(value, max_length=longest, blank=field.blank))
            )
            setattr(row, field.attname, text)
        except ValidationError as error:
            errors[field.name] = error
    if not errors:
        errors = _already_there(row)
    if errors:
        raise ValidationError(errors)
    row.full_clean(exclude=set(exclude))
    return row


def first_free(base: str, taken: Container[str]) -> str:
    """Return ``base``, or else the first of ``base-2``, ``base-3``… that is not taken."""
    return next(one for one in chain([base], (f"{base}-{n}" for n in count(2))) if one not in taken)


def _already_there(row: Model) -> dict[str, Any]:
    """Return an error beside the field for a label that the list already has: a list holds each label once."""
    for constraint in row._meta.constraints:
        fields: Sequence[str] = getattr(constraint, "fields", ())
        if "consultation" not in fields or getattr(constraint, "condition", None):
            continue
        same = {name: getattr(row, name) for name in fields}
        if type(row)._base_manager.filter(**same).exclude(pk=row.pk).exists():
            return {fields[-1]: _("%(word)s est déjà dans cette liste.") % {"word": quoted(same[fields[-1]])}}
    return {}


def with_html(fields: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Add ``<name>_html`` for each given Markdown field. Call before the transaction: rendering takes time."""
    rendered = {
        f"{name}_html": str(markdown.render(fields[name] or "", profile=markdown.Profile.STAFF, top_heading=3).html)
        for name in names
        if name in fields
    }
    return {**fields, **rendered}


def assign(row: Model, fields: Mapping[str, Any]) -> list[str]:
    """Set ``fields`` on ``row`` and return the names of those whose value changed."""
    changed = []
    for name, value in fields.items():
        field = row._meta.get_field(name)
        if isinstance(field, FileField) and value is False:  # the box of a form that removes the file
            value = ""
        if isinstance(value, str) and not isinstance(field, FileField):
            value = value.replace("\r\n", "\n").replace("\r", "\n").strip()
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed.append(name)
    return changed


def moves(before: Mapping[str, Any], row: Model, changed: Iterable[str]) -> dict[str, Any]:
    """Return the details of an edit for the journal: field names, and for dates the values before and after."""
    names = sorted(name for name in changed if not name.endswith("_html"))
    dates = {
        name: [_iso(before.get(name)), _iso(getattr(row, name))]
        for name in names
        if isinstance(before.get(name), datetime) or isinstance(getattr(row, name), datetime)
    }
    return {"fields": names, **({"dates": dates} if dates else {})}


def next_position(rows: QuerySet[Any]) -> int:
    last = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def is_used(row: Model) -> bool:
    """Return whether a row of this app or of a higher one has a foreign key to ``row``."""
    for relation in row._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)):
            continue
        pointing: type[Model] = relation.related_model  # type: ignore[assignment]
        # Rows of its own many-to-many tables are deleted with it; those of other models' tables count as uses.
        owner: Any = pointing._meta.auto_created
        if owner is type(row):
            continue
        if pointing._base_manager.filter(**{relation.field.name: row.pk}).exists():  # type: ignore[union-attr]
            return True
    return False


def _iso(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
