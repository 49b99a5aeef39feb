"""Choosing rows by key, whatever a browser sends, and sets that several people change."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

# No key is longer; a longer number makes the database itself fail, which would be an error page.
LONGEST_KEY = 18


class RowsField(forms.ModelMultipleChoiceField[Any]):
    """Several rows by key: a number that no key can be is an unknown choice, said beside the field."""

    def clean(self, value: Any) -> Any:
        for key in value or ():
            if str(key).isdecimal() and len(str(key)) > LONGEST_KEY:
                message = self.error_messages["invalid_choice"]
                raise ValidationError(message, code="invalid_choice", params={"value": str(key)[:40]})
        return super().clean(value)


class SeenField(forms.CharField):
    """The keys that were ticked when a page was shown, unseen; None when a form does not say."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> Any:
        if value is None:
            return None
        return {int(one) for one in str(value).split() if one.isdecimal() and len(one) <= LONGEST_KEY}


class SeenForm(forms.BaseForm):
    """A mixin for a form of ticks that carries those it showed: only what its author ticked or unticked changes."""

    def carry_seen(self, held: Mapping[str, Collection[int]]) -> None:
        """Carry, by field, the keys of ``held`` that the field shows as ticked. Call at the end of ``__init__``."""
        for name in [name for name in held if name in self.fields]:
            offered: Any = self.fields[name]
            shown = offered.queryset.filter(pk__in=held[name]).values_list("pk", flat=True)
            self.fields[f"vus_{name}"] = SeenField(required=False, initial=" ".join(map(str, sorted(set(shown)))))

    def seen(self, name: str) -> set[int]:
        """Return the keys that were ticked when the page was shown, or those that are now if the form does not say."""
        field = self.fields.get(f"vus_{name}")
        if field is None:
            return set()
        given: set[int] | None = self.cleaned_data[f"vus_{name}"]
        return set(map(int, field.initial.split())) if given is None else given
