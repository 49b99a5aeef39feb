"""Field of several rows, one a line, and the form that adds them to a list."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from concertation.journal.receipts import NamedForm

from ..lines import SEMICOLON, Column, Line, parsed


class LinesField(forms.CharField):
    """Lines of columns; the errors name each wrong line, and the field keeps all that was typed."""

    def __init__(
        self, *, columns: Sequence[Column], between: re.Pattern[str] = SEMICOLON, rows: int = 8, **kwargs: Any
    ) -> None:
        self.columns, self.between = columns, between
        super().__init__(
            strip=False,  # numbers of lines are counted from the first typed one
            widget=forms.Textarea(attrs={"rows": rows}),
            error_messages={"required": _("Indiquez au moins une ligne.")},
            **kwargs,
        )

    def clean(self, value: Any) -> list[Line]:
        lines = parsed(super().clean(value), self.columns, self.between)
        if self.required and not lines:
            raise ValidationError(self.error_messages["required"], code="required")
        return lines


class LinesForm(NamedForm, forms.Form):
    """Form that adds several rows to a list at once."""

    def __init__(
        self,
        *args: Any,
        columns: Sequence[Column],
        example: Any,
        between: re.Pattern[str] = SEMICOLON,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lines"] = LinesField(
            label=_("Un élément par ligne"), columns=columns, between=between, rows=10, help_text=example
        )
        self.carry_name()

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
