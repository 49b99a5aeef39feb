"""Forms that give roles and invite people."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from concertation.accounts.mailboxes import AddressField
from concertation.accounts.models import Organisation, User
from concertation.journal.receipts import NamedForm

from ..actions.roles import role_name
from ..actions.suspensions import MESSAGE_LIMIT
from ..models import Consultation, Role
from .dates import DAY_ENDS, MomentField
from .reasons import ReasonForm


class RoleForm(forms.Form):
    to = AddressField(
        label=_("Adresse électronique"),
        help_text=_("Une personne sans compte reçoit une invitation, qui lui donne ce rôle quand elle l’accepte."),
    )
    role = forms.ChoiceField(label=_("Rôle"))
    ends_at = MomentField(
        label=_("Jusqu’au"), required=False, default_time=DAY_ENDS, help_text=_("Vide : sans limite de durée.")
    )

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles: Any = self.fields["role"]
        roles.choices = [(role.value, role_name(consultation, role)) for role in Role]
        moment = self.fields["ends_at"]
        assert isinstance(moment, MomentField)
        moment.in_zone(consultation.tz)

    def clean_to(self) -> User | str:
        """Return the person with this address, or the address of one without an account."""
        email: str = self.cleaned_data["to"]
        return User.objects.reached_at(email) or email


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(
        label=_("Organisation qui reste"),
        queryset=Organisation.objects.none(),
        empty_label=_("Choisissez une organisation"),
        error_messages={"required": _("Choisissez l’organisation qui reste.")},
    )

    def __init__(self, *args: Any, others: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = others  # type: ignore[attr-defined]


class SuspendForm(NamedForm, ReasonForm):
    message = forms.CharField(
        label=_("Message à la personne"),
        max_length=MESSAGE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Elle le reçoit par courriel et le lit sur les pages de la concertation."),
        error_messages={"required": _("Dites à la personne pourquoi sa participation est suspendue.")},
    )
    ends_at = MomentField(
        label=_("Jusqu’au"),
        required=False,
        default_time=DAY_ENDS,
        help_text=_("Vide : sans date de fin. La suspension peut être levée à tout moment."),
    )

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, consultation=consultation, **kwargs)
        moment = self.fields["ends_at"]
        assert isinstance(moment, MomentField)
        moment.in_zone(consultation.tz)
        self.carry_name()


class FindForm(forms.Form):
    """Search form; its label says what is searched: addresses only for those who may read them."""

    qui = forms.CharField(label=_("Nom ou organisation"), required=False, max_length=160)
    etat = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, by_address: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if by_address:
            self.fields["qui"].label = _("Nom, organisation ou adresse")
