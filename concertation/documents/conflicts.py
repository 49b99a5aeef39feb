"""Save conflicts: when two people edit one object, neither save overwrites the other unseen.

A form has the version that its author edited: one digest per field. A save writes the fields that the author changed.
A field that somebody else changed meanwhile is refused, and the page shows both texts and asks which one to keep.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db.models import Model, TextField
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from concertation.journal.models import label
from concertation.texts.diff import compare
from concertation.texts.templatetags.french import moment

from .models import FormerText

VERSION = "expected_version"
CHOICE = "choix_"
THEIRS = "enregistree"


class Version(dict[str, str]):
    """Digests of an object's fields at one moment, by field name; ``title:1f0c… body:9a2b…`` in a form."""

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Version":
        return cls((name, digest(value)) for name, value in values.items())

    @classmethod
    def parse(cls, written: str) -> "Version | None":
        """Return the version that a form sends; None when it sends none, as for a new object."""
        return cls(part.partition(":")[::2] for part in written.split()) if written else None

    def __str__(self) -> str:
        return " ".join(f"{name}:{value}" for name, value in self.items())


def digest(value: Any) -> str:
    """Return twelve hex digits, equal for two values that a form would show alike."""
    return hashlib.sha256(repr(_plain(value)).encode("utf-8", "replace")).hexdigest()[:12]


def values_of(row: Model, names: Iterable[str]) -> dict[str, Any]:
    """Return the values of these fields; of a many-to-many field, its rows."""
    values = {name: getattr(row, name) for name in names}
    return {name: list(value.all()) if hasattr(value, "all") else value for name, value in values.items()}


def merge(row: Model, fields: Mapping[str, Any], expected: Version | None) -> dict[str, Any]:
    """Return those of ``fields`` that their author changed since ``expected``, each with its ``_html`` field.

    Call it under the row's lock. Raise ``conflict`` when somebody else changed one of them meanwhile. Without a
    version, as from a verb that has just read the row, all of them are returned.
    """
    if expected is None:
        return dict(fields)
    sources = [name for name in fields if not _is_derived(name, fields)]
    now = Version.of(values_of(row, sources))
    mine = Version.of({name: fields[name] for name in sources})
    changed = [name for name in sources if mine[name] not in (now[name], expected.get(name))]
    clashes = [name for name in changed if now[name] != expected.get(name)]
    if clashes:
        raise conflict(clashes)
    return {name: value for name, value in fields.items() if name.removesuffix("_html") in changed}


def rewrite(row: Model, fields: Mapping[str, Any], expected: Version | None, *, by: Any) -> dict[str, Any]:
    """Return what ``merge`` returns, and save the words that will be replaced as former texts."""
    written = merge(row, fields, expected)
    former = [
        FormerText(object_label=label(row), field=name, text=getattr(row, name), replaced_by=by)
        for name in fields_with_former_texts(type(row))
        if name in written and getattr(row, name) and digest(written[name]) != digest(getattr(row, name))
    ]
    FormerText.objects.bulk_create(former)
    return written


def forget(row: Model) -> None:
    """Delete the former texts of an object that is about to be deleted."""
    FormerText.objects.of(row).delete()


def fields_with_former_texts(model: type[Model]) -> list[str]:
    """Return the fields whose former words are saved: long texts and titles, never a person's name."""
    every = [field for field in model._meta.fields if field.editable]
    return [field.name for field in every if isinstance(field, TextField) or field.name in ("title", "label")]


def conflict(names: Iterable[str]) -> ValidationError:
    """Return the error of a save whose fields ``names`` somebody else changed."""
    sentence = _(
        "Ce texte a été modifié entre-temps, peut-être par vous dans une autre fenêtre. Rien n’est perdu : comparez "
        "les deux versions ci-dessous, puis choisissez."
    )
    return ValidationError(sentence, code="conflict", params={"fields": list(names)})


def is_conflict(error: ValidationError) -> bool:
    return not hasattr(error, "error_dict") and any(one.code == "conflict" for one in error.error_list)


@dataclass(frozen=True)
class Clash:
    """One field with two versions, for ``components/conflict.html``."""

    name: str
    label: Any
    theirs: str
    difference: SafeString

    @property
    def choice(self) -> str:
        return f"{CHOICE}{self.name}"


class VersionField(forms.CharField):
    """Hidden field with the version that the author edited."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> Any:
        return Version.parse(super().clean(value))


class VersionedForm(forms.BaseForm):
    """Mixin for the form of an existing object: it has its version, and shows both texts on a conflict."""

    clashes: tuple[Clash, ...] = ()
    stored: dict[str, Any] | None = None
    kept_from_others: Sequence[str] = ()

    def follow(self, stored: Mapping[str, Any]) -> None:
        """Set the version from ``stored``, the object's values by form field. Call at the end of ``__init__``."""
        self.stored = {name: value for name, value in stored.items() if name in self.fields}
        self.fields[VERSION] = VersionField(required=False, initial=str(Version.of(self.stored)))

    def stored_now(self) -> Mapping[str, Any]:
        """Read the object again and return its values by form field."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Replace by the stored value each field that the author did not change, or for which they chose it."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        expected = self.expected_version or Version()
        kept = []
        for name, value in (self.stored or {}).items():
            if name not in given or name not in self.fields:
                continue
            is_left = digest(given[name]) == expected.get(name)
            if is_left and digest(value) != expected[name]:
                kept.append(name)
            if self.data.get(f"{CHOICE}{name}") == THEIRS or name in kept:
                given[name] = value
        self.kept_from_others = kept
        return given

    @property
    def expected_version(self) -> Version | None:
        return self.cleaned_data.get(VERSION)

    def show_conflict(self, error: ValidationError) -> None:
        """Show both versions of the fields in conflict.

        The next save of these fields is based on the present values.
        """
        stored = self.stored_now()
        names = [name for one in error.error_list for name in (one.params or {}).get("fields", ())]
        differing = [name for name in names if digest(self.cleaned_data.get(name)) != digest(stored[name])]
        self.clashes = tuple(self._clash(name, stored[name]) for name in differing)
        seen = {name: stored[name] for name in self.fields if name in names or isinstance(stored.get(name), str)}
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[VERSION] = str(Version({**(self.expected_version or {}), **Version.of(seen)}))
        for name in self.kept_from_others:
            if name in seen:
                data[name] = seen[name]
        self.data = data
        self.add_error(None, error)

    def _clash(self, name: str, stored: Any) -> Clash:
        field = self.fields[name]
        mine, theirs = (_shown(field, value) for value in (self.cleaned_data.get(name), stored))
        return Clash(name, field.label, theirs, compare(theirs, mine))

    @property
    def changed_by_others(self) -> list[str]:
        """Return the labels of fields that somebody else changed meanwhile and that this save did not touch."""
        return [str(self.fields[name].label) for name in self.kept_from_others]


def _is_derived(name: str, fields: Mapping[str, Any]) -> bool:
    source = name.removesuffix("_html")
    return source != name and source in fields


def _plain(value: Any) -> Any:
    if isinstance(value, File):
        return value.name or ""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if hasattr(value, "__iter__") and not isinstance(value, Mapping):
        return sorted(repr(_plain(one)) for one in value)
    return "" if value is None or value is False else value


def _shown(field: forms.Field, value: Any) -> str:
    """Return a value as its form shows it."""
    if isinstance(value, bool) or isinstance(field, forms.BooleanField):
        return _("oui") if value else _("non")
    if value in (None, ""):
        return ""
    if isinstance(value, datetime):
        return moment(value, getattr(field, "zone", None))
    if not isinstance(value, str) and hasattr(value, "__iter__"):
        return ", ".join(str(one) for one in value)
    if isinstance(value, Model) and isinstance(field, forms.ModelChoiceField):
        return str(field.label_from_instance(value))
    choices = dict(getattr(field, "choices", ()) or ())
    return str(choices.get(value, value))
