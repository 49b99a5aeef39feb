"""Forms of phases and topics."""

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from concertation.documents.conflicts import values_of

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


class PhaseCopyForm(PhaseForm):
    """The form of a phase that starts from another one."""

    with_topics = forms.BooleanField(
        label=_("Reprendre ses thématiques"),
        required=False,
        help_text=_(
            "Leurs titres, leurs questions et leurs textes. Les contributions restent dans la phase d’origine."
        ),
    )

    def __init__(self, *args: Any, source: Phase, **kwargs: Any) -> None:
        """Propose the settings of ``source``, and as many days from the day after the last phase, at the same hours."""
        consultation = source.consultation
        last = max(phase.closes_at for phase in consultation.phases.all()).astimezone(consultation.tz)
        opens, closes = (at.astimezone(consultation.tz) for at in (source.opens_at, source.closes_at))
        shift = last.date() + timedelta(days=1) - opens.date()
        values = values_of(source, [name for name in self._meta.fields or () if name != "natures"])
        dates = {"opens_at": opens + shift, "closes_at": closes + shift}  # local hours, whatever the season
        copied = {"title": _copy_of(source.title), "natures": source.natures.all(), "with_topics": True}
        super().__init__(*args, consultation=consultation, initial={**values, **dates, **copied}, **kwargs)
        if not source.topics.exists():
            del self.fields["with_topics"]


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


class TopicCopyForm(TopicForm):
    """The form of a topic that starts from another one, in any phase of the consultation."""

    phase = forms.ModelChoiceField(label=_("Phase"), queryset=Phase.objects.none(), empty_label=None)

    field_order = ("title", "phase")

    def __init__(self, *args: Any, source: Topic, **kwargs: Any) -> None:
        texts = values_of(source, ("question", "introduction", "need_to_know"))
        values = {**texts, "title": _copy_of(source.title), "phase": source.phase}
        super().__init__(*args, phase=source.phase, initial=values, **kwargs)
        del self.fields["parent"]
        phase: Any = self.fields["phase"]
        phase.queryset = source.phase.consultation.phases.in_order()


def _copy_of(title: str) -> str:
    copy = _t("%(title)s (copie)")
    return copy % {"title": title[: 120 - len(copy)]}
