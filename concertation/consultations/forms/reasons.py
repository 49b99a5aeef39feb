"""Choice of a reason to report, hide or suspend, among those that the organiser wrote."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Consultation, Reason


class ReasonForm(forms.Form):
    reason = forms.ModelChoiceField(
        queryset=Reason.objects.none(),
        label=_("Motif"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choisissez un motif."), "invalid_choice": _("Choisissez un motif de la liste.")},
    )

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].queryset = consultation.reasons.to_hide()  # type: ignore[attr-defined]
