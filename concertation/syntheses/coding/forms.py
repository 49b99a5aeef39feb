"""Forms of coding: filters of the list, and a passage."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concertation.consultations.forms.choices import RowsField
from concertation.consultations.models import Consultation, Nature, Topic
from contributions.models import Keyword

from ..models import Reading


class CorpusFilterForm(forms.Form):
    """Filters of the list; an unknown value filters nothing."""

    class State:
        UNREAD, CODED, NOT_CITED = "a-lire", "qualifiees", "non-citees"

    etat = forms.ChoiceField(
        label=_("Lecture"),
        required=False,
        choices=[
            ("", _("Toutes")),
            (State.UNREAD, _("À lire")),
            (State.CODED, _("Qualifiées")),
            (State.NOT_CITED, _("Lues, non citées")),
        ],
    )
    thematique = forms.ModelChoiceField(
        label=_("Thématique"), required=False, queryset=Topic.objects.none(), empty_label=_("Toutes")
    )
    nature = forms.ModelChoiceField(
        label=_("Il s’agit de…"), required=False, queryset=Nature.objects.none(), empty_label=_("Toutes")
    )
    mots = forms.CharField(label=_("Contient"), required=False, max_length=80)

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = Topic.objects.filter(phase__consultation=consultation).in_order()
        self.fields["thematique"].queryset = topics  # type: ignore[attr-defined]
        self.fields["nature"].queryset = consultation.natures.all()  # type: ignore[attr-defined]


class ExtractForm(forms.Form):
    """A passage by its offsets (with JavaScript) or by its first and last sentences (without)."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    start = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    end = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    sentences = forms.TypedMultipleChoiceField(coerce=int, required=False)
    nature = forms.ModelChoiceField(
        label=_("Il s’agit de…"), required=False, queryset=Nature.objects.none(), empty_label=_("Sans précision")
    )
    keywords = RowsField(
        label=_("Mots-clés"),
        required=False,
        queryset=Keyword.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, consultation: Consultation, sentence_count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sentences"].choices = [(index, str(index)) for index in range(sentence_count)]  # type: ignore[attr-defined]
        self.fields["nature"].queryset = consultation.natures.all()  # type: ignore[attr-defined]
        self.fields["keywords"].queryset = Keyword.objects.offered().filter(  # type: ignore[attr-defined]
            consultation=consultation
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        by_place = data.get("start") is not None and data.get("end") is not None
        if not by_place and not data.get("sentences"):
            raise forms.ValidationError(
                _("Sélectionnez un passage du texte, ou cochez sa première et sa dernière phrase.")
            )
        return data


class ReadingForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Après lecture"),
        choices=[(Reading.Outcome.READ, _("Lue")), (Reading.Outcome.NOT_CITED, _("Lue, non citée"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez ce qui vaut pour cette contribution.")},
    )
    reason = forms.CharField(
        label=_("Pourquoi elle n’est pas citée"),
        required=False,
        max_length=200,
        help_text=_("Exemple : hors du périmètre, déjà dit par une autre contribution."),
    )
