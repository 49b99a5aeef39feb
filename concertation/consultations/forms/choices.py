"""Fields that choose rows by key, whatever a browser sends, and sets that several people change."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# No key is longer. The database fails on a longer number, which would be a server error.
LONGEST_KEY = 18


def keys_in(values: Iterable[str]) -> list[int]:
    """Return the keys among what a browser sent, in its order."""
    return [int(one) for one in values if one.isdecimal() and len(one) <= LONGEST_KEY]


class RowsField(forms.ModelMultipleChoiceField[Any]):
    """Several rows by key, ``most`` at once; a number too long for a key is an unknown choice."""

    def __init__(self, *args: Any, most: int = 500, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most

    def clean(self, value: Any) -> Any:
        if len(value or ()) > self.most:
            text = _("Cochez %(most)d cases au plus à la fois, puis recommencez avec les autres.")
            raise ValidationError(text, code="too_many", params={"most": self.most})
        for key in value or ():
            if str(key).isdecimal() and len(str(key)) > LONGEST_KEY:
                message = self.error_messages["invalid_choice"]
                raise ValidationError(message, code="invalid_choice", params={"value": str(key)[:40]})
        return super().clean(value)


class SeenField(forms.CharField):
    """Hidden field: the keys that were ticked when the page was rendered; None when a form does not send it."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> Any:
        if value is None:
            return None
        return set(keys_in(str(value).split()))


class SeenForm(forms.BaseForm):
    """Mixin for a form of ticks: save only what its author ticked or unticked, not what others changed meanwhile."""

    def carry_seen(self, held: Mapping[str, Collection[int]]) -> None:
        """Store, by field, the ticked keys of ``held`` in the form. Call at the end of ``__init__``."""
        for name in [name for name in held if name in self.fields]:
            offered: Any = self.fields[name]
            shown = offered.queryset.filter(pk__in=held[name]).values_list("pk", flat=True)
            self.fields[f"vus_{name}"] = SeenField(required=False, initial=" ".join(map(str, sorted(set(shown)))))

    def seen(self, name: str) -> set[int]:
        """Return the keys that were ticked when the page was rendered; the present ones if the form has none."""
        field = self.fields.get(f"vus_{name}")
        if field is None:
            return set()
        given: set[int] | None = self.cleaned_data[f"vus_{name}"]
        return set(map(int, field.initial.split())) if given is None else given
