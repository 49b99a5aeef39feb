"""Forms of a consultation as a whole, and of its charter."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from concertation.accounts.models import LegalText
from concertation.texts import zones

from ..models import Consultation
from .dates import MomentField
from .files import LogoField
from .frame import COLOUR, ItemForm, RowForm


class ConsultationForm(ItemForm):
    zone = forms.ChoiceField(label=_("Fuseau horaire"))
    logo = LogoField(label=_("Logo"), required=False)
    own_accent = forms.BooleanField(label=_("Employer une couleur propre à cette concertation"), required=False)

    class Meta:
        model = Consultation
        fields: ClassVar[list[str]] = [
            "title",
            "slug",
            "summary",
            "presentation",
            "how_words_are_used",
            "zone",
            "steering_name",
            "operational_name",
            "logo",
            "own_accent",
            "accent",
            "most_texts",
            "most_reactions",
            "most_reports",
        ]
        widgets: ClassVar[dict[str, Any]] = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "presentation": forms.Textarea(attrs={"rows": 8}),
            "how_words_are_used": forms.Textarea(attrs={"rows": 6}),
            "accent": COLOUR,
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "slug": _("Les adresses déjà données continuent de mener ici."),
            "presentation": _("Mise en forme Markdown : **gras**, *italique*, listes, liens."),
            "most_texts": _("Au-delà, la personne attend, et son texte est gardé. Les équipes ne sont pas concernées."),
            "how_words_are_used": _("Qui les lira, ce qui en sera fait, quand, et où on le saura."),
        }

    field_order = Meta.fields

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone: Any = self.fields["zone"]
        zone.choices = zones.choices(self.consultation.zone)
        self.initial["own_accent"] = bool(self.consultation.accent)

    def add_error(self, field: str | None, error: Any) -> None:
        """Propose the nearest colour with enough contrast in the place of a refused one."""
        refusals = error if isinstance(error, list) else getattr(error, "error_list", [])
        for one in refusals:
            if getattr(one, "code", "") == "contrast":
                data: Any = self.data.copy()  # type: ignore[attr-defined]
                data["accent"] = one.params["nearest"]
                self.data = data
        super().add_error(field, error)

    def values(self) -> dict[str, Any]:
        values = super().values()
        own_accent = self.cleaned_data["own_accent"]
        values.pop("own_accent", None)
        values["accent"] = self.cleaned_data["accent"] if own_accent else ""
        return values


class OpeningForm(forms.Form):
    """The date of the opening, in the address: the page tells what opens then before it asks for a confirmation."""

    le = MomentField(
        label=_("Ouvrir à une date"),
        required=False,
        help_text=_("Sans jour : dès maintenant. Sans heure : à minuit, au début de ce jour."),
    )

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        moment = self.fields["le"]
        assert isinstance(moment, MomentField)
        moment.in_zone(consultation.tz)


class CharterForm(RowForm):
    class Meta:
        model = LegalText
        fields: ClassVar[list[str]] = ["title", "body"]
        widgets: ClassVar[dict[str, Any]] = {"body": forms.Textarea(attrs={"rows": 16})}
        help_texts: ClassVar[dict[str, Any]] = {
            "body": _("Mise en forme Markdown : ## titre, **gras**, listes, liens.")
        }
