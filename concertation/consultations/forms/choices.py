"""Choosing rows by key, whatever a browser sends."""

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
