"""Forms of recommendations and syntheses."""

import re
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from concertation.consultations.forms.choices import RowsField
from concertation.consultations.forms.frame import RowForm
from concertation.consultations.models import Consultation, Phase
from contributions.models import Contribution

from ..models import Evidence, Extract, Recommendation, Section, Synthesis

LONG = forms.Textarea(attrs={"rows": 8})
SHOWN_EXTRACTS = 60


class RecommendationForm(RowForm):
    class Meta:
        model = Recommendation
        fields: ClassVar[list[str]] = ["kind", "title", "body", "status"]
        widgets: ClassVar[dict[str, Any]] = {"kind": forms.RadioSelect, "status": forms.RadioSelect, "body": LONG}


class NewRecommendationForm(RowForm):
    class Meta:
        model = Recommendation
        fields: ClassVar[list[str]] = ["kind", "title"]
        widgets: ClassVar[dict[str, Any]] = {"kind": forms.RadioSelect}


class CitationForm(forms.Form):
    """What to cite: ticked extracts, or the number of a whole contribution."""

    extracts = RowsField(
        label=_("Extraits"),
        required=False,
        most=SHOWN_EXTRACTS,
        queryset=Extract.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    number = forms.CharField(
        label=_("Contribution entière"),
        required=False,
        max_length=12,
        help_text=_("Son numéro, par exemple C-142."),
    )
    stance = forms.ChoiceField(
        label=_("Elle"),
        choices=Evidence.Stance.choices,
        initial=Evidence.Stance.SUPPORTS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites si elle appuie, nuance, s’oppose ou illustre.")},
    )

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.consultation = consultation
        self.fields["extracts"].queryset = Extract.objects.filter(  # type: ignore[attr-defined]
            contribution__consultation=consultation
        ).with_words()

    def clean_number(self) -> Contribution | None:
        typed = self.cleaned_data["number"].strip()
        if not typed:
            return None
        match = re.fullmatch(r"(?:c\s*-?\s*)?(\d{1,7})", typed, re.IGNORECASE)
        number = int(match[1]) if match else 0
        found = Contribution.objects.filter(consultation=self.consultation, number=number).readable().first()
        if found is None:
            raise forms.ValidationError(_("Aucune contribution publiée ne porte ce numéro. Vérifiez-le."))
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("extracts") and not data.get("number"):
            raise forms.ValidationError(_("Cochez un extrait, ou indiquez le numéro d’une contribution."))
        return data

    def cited(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"extracts": data["extracts"], "contribution": data["number"], "stance": data["stance"]}


class SynthesisForm(RowForm):
    class Meta:
        model = Synthesis
        fields: ClassVar[list[str]] = ["title", "kind", "phases", "introduction", "method"]
        field_classes: ClassVar[dict[str, Any]] = {"phases": RowsField}
        widgets: ClassVar[dict[str, Any]] = {
            "kind": forms.RadioSelect,
            "phases": forms.CheckboxSelectMultiple,
            "introduction": LONG,
            "method": LONG,
        }

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phases"].queryset = Phase.objects.filter(  # type: ignore[attr-defined]
            consultation=consultation
        ).in_order()


class SectionForm(RowForm):
    class Meta:
        model = Section
        fields: ClassVar[list[str]] = ["title", "body"]
        widgets: ClassVar[dict[str, Any]] = {"body": forms.Textarea(attrs={"rows": 5})}


class PlacementForm(forms.Form):
    recommendation = forms.ModelChoiceField(
        label=_("Recommandation à placer ici"),
        queryset=Recommendation.objects.none(),
        error_messages={"required": _("Choisissez une recommandation.")},
    )

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recommendation"].queryset = Recommendation.objects.filter(  # type: ignore[attr-defined]
            consultation=consultation
        )
