"""Forms in which people declare who they are in a consultation."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from concertation.accounts.actions import rename_user
from concertation.accounts.models import Organisation, User
from concertation.accounts.names import check_own_name
from concertation.documents.conflicts import VersionedForm

from ..actions.organisations import find_or_create_organisation
from ..actions.participations import invitation_to, organisation_of_invitation
from ..models import ActorKind, Consultation, Participation, SpeaksFor, Territory


class JoinForm(forms.Form):
    """« Vous êtes », territory, organisation, charter; also part of pages that let one write first."""

    display_name = forms.CharField(
        label=_("Nom affiché"),
        max_length=80,
        help_text=_("Montré à côté de ce que vous écrivez : votre nom ou un pseudonyme."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Indiquez le nom sous lequel vous souhaitez apparaître.")},
    )
    actor_kind = forms.ModelChoiceField(
        label=_("Vous êtes"),
        queryset=ActorKind.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Dites à quel titre vous participez.")},
    )
    territory = forms.ModelChoiceField(
        label=_("Votre territoire"),
        queryset=Territory.objects.none(),
        required=False,
        empty_label=_("Je ne souhaite pas le dire"),
    )
    organisation = forms.CharField(
        label=_("Votre organisation"),
        max_length=160,
        required=False,
        help_text=_("Commencez à écrire son nom, puis choisissez-la si elle est proposée."),
        widget=forms.TextInput(attrs={"autocomplete": "organization", "list": "organisations"}),
    )
    speaks_for = forms.BooleanField(label=_("Je m’exprime au nom de cette organisation"), required=False)
    accepts_charter = forms.BooleanField(
        label="", error_messages={"required": _("Pour participer, il faut accepter la charte.")}
    )

    def __init__(self, *args: Any, consultation: Consultation, user: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.consultation = consultation
        self.user = user
        if user and user.display_name:
            del self.fields["display_name"]
        kinds: Any = self.fields["actor_kind"]
        kinds.queryset = consultation.actor_kinds.all()
        territories: Any = self.fields["territory"]
        territories.queryset = Territory.objects.offered_in(consultation)
        territories.choices = territory_choices(consultation, empty=territories.empty_label)
        if consultation.charter is None:
            del self.fields["accepts_charter"]
        else:
            self.fields["accepts_charter"].label = _charter_label(consultation)
        invited_by = organisation_of_invitation(user, consultation) if user else None
        told = invitation_to(user, consultation) if user else None
        if told:
            self.initial.setdefault("actor_kind", told.actor_kind_id)
            self.initial.setdefault("territory", told.territory_id)
        if invited_by:
            self.initial.setdefault("organisation", str(invited_by))
            self.initial.setdefault("speaks_for", True)

    @property
    def shows_more(self) -> bool:
        """Return whether the fields that may stay empty are shown open: one of them has a value, or an error."""
        more = [self[name] for name in ("territory", "organisation", "speaks_for")]
        return any(field.errors or field.value() for field in more)

    def clean_display_name(self) -> str:
        return check_own_name(self.cleaned_data["display_name"], self.user)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("speaks_for") and not values.get("organisation"):
            self.add_error("organisation", _("Indiquez l’organisation au nom de laquelle vous parlez."))
        return values

    def values(self, *, by: User) -> dict[str, Any]:
        """Return the arguments of the participation verbs; find or create the organisation that was typed."""
        given = self.cleaned_data
        if given.get("display_name"):
            rename_user(by, display_name=given["display_name"], by=by)
        name = given["organisation"].strip()
        organisation = find_or_create_organisation(name, by=by) if name else None
        return {
            "actor_kind": given["actor_kind"],
            "territory": given["territory"],
            "organisation": organisation,
            "speaks_for": given["speaks_for"],
        }


class ParticipationForm(VersionedForm, JoinForm):
    """The same fields later, without the charter. An organiser may withdraw a choice meanwhile."""

    def __init__(self, *args: Any, participation: Participation, **kwargs: Any) -> None:
        self.participation = participation
        self.declared = participation.organisation
        stored = self.stored_now()
        kwargs["initial"] = stored
        super().__init__(*args, consultation=participation.consultation, user=participation.user, **kwargs)
        self.fields.pop("accepts_charter", None)
        self.follow(stored)

    def stored_now(self) -> dict[str, Any]:
        mine = self.participation
        speaks = mine.speaks_for != SpeaksFor.NO
        named = {"actor_kind": mine.actor_kind, "territory": mine.territory}
        return named | {"organisation": str(mine.organisation or ""), "speaks_for": speaks}

    def values(self, *, by: User) -> dict[str, Any]:
        """Keep the declared organisation if the shown one was not changed: a merge may be undone."""
        values = super().values(by=by)
        named: Organisation | None = values["organisation"]
        if named and self.declared and named.shown == self.declared.shown:
            values["organisation"] = self.declared
        return values


def territory_choices(consultation: Consultation, *, empty: Any) -> list[Any]:
    """Return territories by scale, the consultation's own ones first."""
    by_kind: dict[str, list[tuple[int, str]]] = {}
    for one in Territory.objects.offered_in(consultation).order_by("sort_key"):
        by_kind.setdefault(one.kind, []).append((one.pk, one.name))
    order = [Territory.Kind.OTHER, Territory.Kind.NATIONAL, Territory.Kind.REGION, Territory.Kind.DEPARTEMENT]
    groups = [(kind.label, by_kind[kind]) for kind in order if kind in by_kind and kind != Territory.Kind.NATIONAL]
    return [("", empty), *by_kind.get(Territory.Kind.NATIONAL, []), *groups]


def _charter_label(consultation: Consultation) -> Any:
    address = reverse("consultations:presentation", args=[consultation.slug]) + "#charte"
    return format_html(
        '{} <a href="{}" target="_blank">{}</a>', _("J’accepte"), address, _("la charte de la concertation")
    )
