"""Forms of phases and topics."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Consultation, Nature, Phase, Topic
from .choices import RowsField
from .dates import DAY_ENDS, MomentField
from .frame import ItemForm


class PhaseForm(ItemForm):
    opens_at = MomentField(label=_("Ouverture"), help_text=_("Sans heure : à 0 h ce jour-là."))
    closes_at = MomentField(
        label=_("Clôture"), default_time=DAY_ENDS, help_text=_("Sans heure : à la fin de ce jour-là.")
    )

    natures = RowsField(
        label=_("Il s’agit de…"),
        queryset=Nature.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Ce que l’on peut proposer dans cette phase. Aucune case cochée : toutes les natures."),
    )

    class Meta:
        model = Phase
        fields: ClassVar[list[str]] = [
            "title",
            "goal",
            "opens_at",
            "closes_at",
            "access",
            "moderation",
            "natures",
            "allows_contributions",
            "allows_replies",
            "allows_reactions",
            "replies_after_close",
            "reactions_after_close",
        ]
        widgets: ClassVar[dict[str, Any]] = {
            "goal": forms.Textarea(attrs={"rows": 3}),
            "access": forms.RadioSelect,
            "moderation": forms.RadioSelect,
        }

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, consultation=consultation, **kwargs)
        natures: Any = self.fields["natures"]
        natures.queryset = consultation.natures.all()
        for name in ("opens_at", "closes_at"):
            moment = self.fields[name]
            assert isinstance(moment, MomentField)
            moment.in_zone(consultation.tz)


class TopicForm(ItemForm):
    class Meta:
        model = Topic
        fields: ClassVar[list[str]] = ["title", "question", "parent", "introduction", "need_to_know"]
        widgets: ClassVar[dict[str, Any]] = {
            "question": forms.Textarea(attrs={"rows": 2}),
            "introduction": forms.Textarea(attrs={"rows": 6}),
            "need_to_know": forms.Textarea(attrs={"rows": 6}),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "question": _("Une vraie question, à laquelle une contribution répond."),
            "introduction": _("Mise en forme Markdown : **gras**, *italique*, listes, liens."),
            "need_to_know": _("Les faits utiles pour répondre. L’équipe d’animation le tient à jour."),
        }

    def __init__(self, *args: Any, phase: Phase, **kwargs: Any) -> None:
        super().__init__(*args, consultation=phase.consultation, **kwargs)
        parents: Any = self.fields["parent"]
        parents.queryset = phase.topics.filter(parent=None).exclude(pk=self.instance.pk)
        parents.label = _("Placer sous")
        parents.empty_label = _("Aucune : thématique principale")
