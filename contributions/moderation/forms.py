"""Forms to report a text, to decide on it and to move it."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from concertation.consultations.forms.reasons import ReasonForm
from concertation.consultations.models import Reason, Topic

from ..models import Contribution, DecisionAct, State


class ReportForm(ReasonForm):
    text = forms.CharField(
        label=_("Ce qui pose problème"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Lu par la modération seule."),
    )


class DecisionForm(forms.Form):
    act = forms.ChoiceField(
        label=_("Décision"),
        choices=DecisionAct.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez une décision.")},
    )
    reason = forms.ModelChoiceField(
        queryset=Reason.objects.none(),
        label=_("Motif"),
        required=False,
        empty_label=_("Choisir un motif"),
        help_text=_("Nécessaire pour masquer. L’auteur le lit."),
        error_messages={
            "required": _("Choisissez le motif pour lequel ce texte est rétabli."),
            "invalid_choice": _("Choisissez un motif de la liste."),
        },
    )
    message = forms.CharField(
        label=_("Message à l’auteur"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Dites à l’auteur pourquoi son texte est rétabli.")},
    )

    def __init__(
        self, data: Any = None, *, contribution: Contribution, reasons: Iterable[Reason] | None = None
    ) -> None:
        super().__init__(data, prefix=f"c{contribution.number}")
        self.only_act: Any = ""
        self.is_hidden = contribution.state == State.HIDDEN
        field = cast("forms.ModelChoiceField[Reason]", self.fields["reason"])
        own = Reason.objects.filter(consultation=contribution.consultation_id)
        field.queryset = own.to_restore() if self.is_hidden else own.to_hide()
        use = Reason.Use.RESTORE if self.is_hidden else Reason.Use.HIDE
        if reasons is not None:
            # Reasons are read once for a page of many forms.
            ours = [(one.pk, str(one)) for one in reasons if one.use == use]
            field.choices = [("", field.empty_label or ""), *ours]
        if self.is_hidden:
            field.help_text = _("L’auteur le lit.")
            field.required = self.fields["message"].required = True
        acts = _acts(contribution)
        self.fields["act"].choices = acts  # type: ignore[attr-defined]
        if len(acts) == 1:
            # There is no choice: the button names the act.
            self.fields["act"].widget = forms.HiddenInput()
            self.fields["act"].initial, self.only_act = acts[0]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("act") == DecisionAct.HIDE and not (data.get("reason") or self.errors.get("reason")):
            self.add_error("reason", _("Choisissez le motif pour lequel ce texte est masqué."))
        return data


class MoveForm(forms.Form):
    """The new topic of a thread; each phase shows its audience, as a move may widen or narrow it."""

    to = forms.ModelChoiceField(
        queryset=Topic.objects.none(),
        label=_("Nouvelle thématique"),
        error_messages={
            "required": _("Choisissez une thématique."),
            "invalid_choice": _("Choisissez une autre thématique de cette concertation."),
        },
    )
    reason = forms.ModelChoiceField(
        queryset=Reason.objects.none(),
        label=_("Motif"),
        widget=forms.RadioSelect,
        empty_label=None,
        help_text=_("L’auteur le lit."),
        error_messages={"required": _("Choisissez un motif."), "invalid_choice": _("Choisissez un motif de la liste.")},
    )
    message = forms.CharField(
        label=_("Message à l’auteur"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, contribution: Contribution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].queryset = contribution.consultation.reasons.to_move()  # type: ignore[attr-defined]
        topics = Topic.objects.filter(phase__consultation=contribution.consultation_id).select_related("phase")
        field = cast("forms.ModelChoiceField[Topic]", self.fields["to"])
        field.queryset = topics.exclude(pk=contribution.topic_id).in_order()
        by_phase: dict[str, list[tuple[int, str]]] = {}
        for topic in field.queryset:
            name = f"{topic.phase.title} ({topic.phase.get_access_display()})"
            by_phase.setdefault(name, []).append((topic.pk, topic.title))
        field.choices = [("", _("Choisir une thématique")), *by_phase.items()]


def _acts(contribution: Contribution) -> list[tuple[str, Any]]:
    """Return the decisions that are possible in the state of this text."""
    possible = {
        State.PENDING: (DecisionAct.PUBLISH, DecisionAct.HIDE),
        State.PUBLISHED: (DecisionAct.KEEP, DecisionAct.HIDE),
        State.HIDDEN: (DecisionAct.RESTORE,),
    }
    return [(act.value, act.label) for act in possible.get(State(contribution.state), ())]
