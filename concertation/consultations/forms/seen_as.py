"""Form of « Voir comme »."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Consultation
from ..seen_as import Who
from .dates import MomentField


class SeenAsForm(forms.Form):
    qui = forms.ChoiceField(label=_("Voir la concertation comme"), choices=Who.choices, widget=forms.RadioSelect)
    le = MomentField(
        label=_("À la date du"),
        required=False,
        help_text=_("Sans jour\u00a0: maintenant. Sans heure\u00a0: à minuit, au début de ce jour."),
    )

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["qui"].initial = Who.VISITOR
        moment = self.fields["le"]
        assert isinstance(moment, MomentField)
        moment.in_zone(consultation.tz)
