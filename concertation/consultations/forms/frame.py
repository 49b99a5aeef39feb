"""Forms for the rows of a consultation's lists."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from concertation.documents.conflicts import VERSION, VersionedForm, values_of
from concertation.journal.receipts import NAME, NamedForm

from ..edited_texts import former_texts_address
from ..models import ActorFamily, ActorKind, Consultation, Document, Nature, News, Partner, Reason, Stake, Territory
from .files import DocumentField, LogoField

COLOUR = forms.TextInput(attrs={"type": "color"})


class RowForm(NamedForm, VersionedForm, forms.ModelForm[Any]):
    """The fields of a row, whose values go to a verb; it neither builds, validates nor saves the row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.follow(self.stored_now())
        else:
            self.carry_name()

    def stored_now(self) -> dict[str, Any]:
        model: type[Model] = self._meta.model
        row = model._base_manager.get(pk=self.instance.pk)
        held = {field.name for field in (*model._meta.fields, *model._meta.many_to_many)}
        return values_of(row, [name for name in self._meta.fields or () if name in held])

    @property
    def former_texts(self) -> str:
        """Return the address of the row's former words; empty when there are none."""
        return former_texts_address(self.instance) if self.instance.pk else ""

    def _post_clean(self) -> None:
        """Do nothing: the verb validates the row and reports errors by field, so the rule is in one place."""

    def values(self) -> dict[str, Any]:
        """Return the changed fields, and the version they were edited from, or the uuid of a new row."""
        names = (*self.changed_data, VERSION, NAME)
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class ItemForm(RowForm):
    """The form of a row of one consultation."""

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.consultation = consultation


class ActorFamilyForm(ItemForm):
    class Meta:
        model = ActorFamily
        fields: ClassVar[list[str]] = ["label"]
        help_texts: ClassVar[dict[str, Any]] = {"label": _("Exemple : Acteurs économiques.")}


class ActorKindForm(ItemForm):
    class Meta:
        model = ActorKind
        fields: ClassVar[list[str]] = ["label", "family"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        family: Any = self.fields["family"]
        family.queryset = self.consultation.actor_families.all()
        family.empty_label = _("Aucune famille")
        family.help_text = _("Les chiffres comptent ensemble les types d’une même famille.")


class NatureForm(ItemForm):
    class Meta:
        model = Nature
        fields: ClassVar[list[str]] = ["singular", "plural", "icon", "colour"]
        widgets: ClassVar[dict[str, Any]] = {"colour": COLOUR}
        help_texts: ClassVar[dict[str, Any]] = {"singular": _("Après « Il s’agit de… ». Exemple : besoin.")}


class StakeForm(ItemForm):
    class Meta:
        model = Stake
        fields: ClassVar[list[str]] = ["label"]
        help_texts: ClassVar[dict[str, Any]] = {"label": _("Une question qui traverse toutes les phases.")}


class ReasonForm(ItemForm):
    class Meta:
        model = Reason
        fields: ClassVar[list[str]] = ["label", "explanation", "use"]
        widgets: ClassVar[dict[str, Any]] = {
            "explanation": forms.Textarea(attrs={"rows": 4}),
            "use": forms.RadioSelect,
        }


class PartnerForm(ItemForm):
    logo = LogoField(label=_("Logo"), required=False)

    class Meta:
        model = Partner
        fields: ClassVar[list[str]] = ["name", "role", "logo"]


class NewsForm(ItemForm):
    class Meta:
        model = News
        fields: ClassVar[list[str]] = ["on", "title", "body"]
        widgets: ClassVar[dict[str, Any]] = {
            "on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "body": forms.Textarea(attrs={"rows": 6}),
        }
        help_texts: ClassVar[dict[str, Any]] = {"body": _("Mise en forme Markdown\u00a0: **gras**, listes, liens.")}


class DocumentForm(ItemForm):
    file = DocumentField(label=_("Fichier"))

    class Meta:
        model = Document
        fields: ClassVar[list[str]] = ["title", "file", "alternative", "rights"]
        widgets: ClassVar[dict[str, Any]] = {"alternative": forms.Textarea(attrs={"rows": 4})}
        help_texts: ClassVar[dict[str, Any]] = {
            "alternative": _("En quelques phrases, pour qui ne peut pas ouvrir ou lire le fichier."),
            "rights": _("Exemple : Cerema, licence ouverte 2.0."),
        }


class TerritoryForm(ItemForm):
    class Meta:
        model = Territory
        fields: ClassVar[list[str]] = ["name", "code", "parent"]
        help_texts: ClassVar[dict[str, Any]] = {
            "code": _("Court et unique dans cette concertation. Exemple : CAGR."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parents: Any = self.fields["parent"]
        parents.label = _("Dans")
        official = Territory.objects.filter(consultation=None).exclude(kind=Territory.Kind.NATIONAL)
        parents.queryset = official.order_by("sort_key")
        parents.empty_label = _("Aucun territoire officiel")
