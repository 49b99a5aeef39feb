"""Form to import a file of territories."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from concertation.documents.problems import grouped
from concertation.documents.spreadsheets import BadFile

from ..models import Consultation
from ..territories import TerritoryRow, read
from .files import MEBI

MOST_BYTES = 2 * MEBI


class TerritoriesForm(forms.Form):
    file = forms.FileField(
        label=_("Fichier"),
        help_text=_("CSV ou XLSX, 2 Mo au plus."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"required": _("Choisissez un fichier."), "empty": _("Ce fichier est vide.")},
    )

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.consultation = consultation
        self.rows: list[TerritoryRow] = []

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("Ce fichier est trop lourd : 2 Mo au plus."))
        return file

    def clean(self) -> dict[str, Any]:
        """Report errors above the form, row by row, with equal errors of many rows on one line."""
        given = super().clean() or {}
        if "file" in given:
            try:
                self.rows = read(given["file"].name, given["file"].read(), self.consultation)
            except BadFile as refusal:
                for sentence in grouped(refusal.problems):
                    self.add_error(None, f"{given['file'].name} – {sentence}")
        return given
