"""The form of a letter."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from concertation.consultations.forms.frame import ItemForm

from .groups import groups_of
from .models import Letter


class LetterForm(ItemForm):
    groups = forms.MultipleChoiceField(
        label=_("À qui écrire"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "long-choices"}),
        help_text=_("Qui est dans plusieurs groupes ne reçoit la lettre qu’une fois."),
        error_messages={
            "required": _("Choisissez au moins un groupe."),
            "invalid_choice": _("Un groupe choisi n’existe plus. Choisissez de nouveau."),
        },
    )

    class Meta:
        model = Letter
        fields: ClassVar[list[str]] = ["groups", "subject", "body"]
        widgets: ClassVar[dict[str, Any]] = {"body": forms.Textarea(attrs={"rows": 14})}
        help_texts: ClassVar[dict[str, Any]] = {
            "body": _(
                "Mise en forme Markdown\u00a0: **gras**, listes, liens. Votre nom et l’adresse de la concertation "
                "sont ajoutés à la fin."
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["groups"]
        choices.choices = [(group.key, group.label) for group in groups_of(self.consultation).values()]
