"""Form of a new draft made from a consultation that exists."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Consultation
from .frame import RowForm


class CloneForm(RowForm):
    starts_on = forms.DateField(
        label=_("Ouverture de la première phase"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Toutes les dates sont décalées d’autant, aux mêmes heures."),
    )

    class Meta:
        model = Consultation
        fields: ClassVar[list[str]] = ["title"]

    def __init__(self, *args: Any, source: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not source.phases.exists():
            del self.fields["starts_on"]
