"""Forms of ateliers, for organisers, facilitators and participants."""

from collections.abc import Iterable
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Case, Q, QuerySet, When
from django.utils.translation import gettext_lazy as _

from concertation.accounts.models import User
from concertation.consultations.forms.choices import RowsField, SeenForm
from concertation.consultations.forms.dates import DAY_ENDS, MomentField
from concertation.consultations.forms.frame import RowForm
from concertation.consultations.forms.joining import territory_choices
from concertation.consultations.models import Consultation, Territory, Topic
from concertation.documents.conflicts import VERSION
from concertation.journal.receipts import NAME, NamedForm
from concertation.texts import zones
from concertation.viewer import Viewer

from .actions import AgendaLine
from .actions.notes import TEXT_LENGTH
from .models import Atelier, AtelierRole, Note

_MOMENTS = ("starts_at", "ends_at", "registration_opens_at", "registration_closes_at")


class AtelierForm(RowForm):
    starts_at = MomentField(label=_("Début"))
    ends_at = MomentField(label=_("Fin"), default_time=DAY_ENDS)
    registration_opens_at = MomentField(
        label=_("Ouverture des inscriptions"), required=False, help_text=_("Sans date : dès l’annonce de l’atelier.")
    )
    registration_closes_at = MomentField(
        label=_("Clôture des inscriptions"),
        required=False,
        default_time=DAY_ENDS,
        help_text=_("Sans date : jusqu’au début. Sans heure : à la fin de ce jour-là."),
    )
    join_link = forms.URLField(
        label=_("Lien de connexion"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("Montré aux seules personnes dont la place est confirmée."),
    )

    zone = forms.ChoiceField(
        label=_("Fuseau horaire"),
        required=False,
        help_text=_("Les heures ci-dessus sont celles de ce fuseau. Il est nommé partout où elles sont montrées."),
    )

    class Meta:
        model = Atelier
        field_classes: ClassVar[dict[str, Any]] = dict.fromkeys(("phases", "territories", "hosts"), RowsField)
        fields: ClassVar[list[str]] = [
            "title",
            "kind",
            "description",
            "starts_at",
            "ends_at",
            "zone",
            "mode",
            "place",
            "seats_on_site",
            "join_link",
            "seats_remote",
            "access_services",
            "access",
            "registration_opens_at",
            "registration_closes_at",
            "phases",
            "territories",
            "hosts",
        ]
        widgets: ClassVar[dict[str, Any]] = {
            "description": forms.Textarea(attrs={"rows": 6}),
            "access_services": forms.Textarea(attrs={"rows": 3}),
            "kind": forms.RadioSelect,
            "mode": forms.RadioSelect,
            "access": forms.RadioSelect,
            "phases": forms.CheckboxSelectMultiple,
            "hosts": forms.CheckboxSelectMultiple,
            "territories": forms.CheckboxSelectMultiple(attrs={"class": "long-choices"}),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "description": _("Mise en forme Markdown : **gras**, *italique*, listes, liens."),
            "seats_on_site": _("Vide : sans limite."),
            "seats_remote": _("Vide : sans limite."),
            "access_services": _("Plain-pied, boucle magnétique, sous-titrage, garde d’enfants…"),
        }

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["phases"].queryset = consultation.phases.in_order()
        fields["hosts"].queryset = consultation.partners.all()
        fields["territories"].queryset = Territory.objects.offered_in(consultation)
        fields["territories"].choices = territory_choices(consultation, empty="")[1:]
        same = _("Celui de la concertation (%(hour)s)") % {"hour": zones.hour_of(consultation.zone)}
        fields["zone"].choices = [("", same), *zones.choices(self.instance.zone)]
        for name in _MOMENTS:
            fields[name].in_zone(self._clock(consultation))
        for name in ("phases", "hosts"):
            if not fields[name].queryset.exists():
                del fields[name]

    def _clock(self, consultation: Consultation) -> ZoneInfo:
        """Return the zone of the typed hours: the one chosen in the same form, else the stored one."""
        chosen = self.data.get("zone", "") if self.is_bound else self.instance.zone
        known = {key for _heading, group in zones.choices(self.instance.zone) for key, _name in group}
        return ZoneInfo(chosen) if chosen in known else consultation.tz


# What the copy of an atelier starts from: not its days, its registrations' window, nor the link of its meeting.
_COPIED = ("kind", "description", "zone", "mode", "place", "seats_on_site", "seats_remote", "access_services", "access")


def values_for_copy(atelier: Atelier) -> dict[str, Any]:
    """Return the initial values of the form of a copy: the same hours, on days to choose."""
    hours = {name: [None, getattr(atelier, name).astimezone(atelier.tz).time()] for name in ("starts_at", "ends_at")}
    lists = {name: getattr(atelier, name).all() for name in ("phases", "territories", "hosts")}
    return {"title": atelier.title, **{name: getattr(atelier, name) for name in _COPIED}, **hours, **lists}


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Pourquoi l’atelier n’a pas lieu"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Écrit aux personnes inscrites, et montré sur la page de l’atelier."),
    )


class AgendaLineForm(forms.Form):
    item = forms.IntegerField(required=False, widget=forms.HiddenInput)
    minutes = forms.IntegerField(label=_("Durée, en minutes"), required=False, min_value=1, max_value=1_440)
    title = forms.CharField(label=_("Sujet"), required=False, max_length=200)
    speakers = forms.CharField(label=_("Avec"), required=False, max_length=300)
    topic = forms.ModelChoiceField(
        label=_("Thématique"), queryset=Topic.objects.none(), required=False, empty_label=_("Aucune")
    )

    def __init__(self, *args: Any, topics: QuerySet[Topic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["topic"]
        chosen.queryset = topics
        if self.initial.get("topic") and not topics.filter(pk=self.initial["topic"]).exists():
            chosen.empty_label = _("Celle qui est choisie, que vous ne pouvez pas lire")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("title", "").strip() and any(values.get(name) for name in ("minutes", "speakers", "topic")):
            self.add_error("title", _("Donnez un sujet à cette ligne, ou videz-la."))
        return values

    @property
    def line(self) -> AgendaLine | None:
        given = self.cleaned_data
        return AgendaLine(**given) if given.get("title", "").strip() else None


AgendaFormSet = forms.formset_factory(AgendaLineForm, extra=3, max_num=40)


class TeamForm(SeenForm, forms.Form):
    """Who facilitates and who takes notes, among those who have a role here or registered for the atelier."""

    facilitators = RowsField(
        label=_("Animation"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    rapporteurs = RowsField(
        label=_("Prise de notes"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, atelier: Atelier, **kwargs: Any) -> None:
        roles = AtelierRole.Role
        held = {role: list(atelier.roles.filter(role=role).values_list("user", flat=True)) for role in roles}
        kwargs["initial"] = {"facilitators": held[roles.FACILITATOR], "rapporteurs": held[roles.RAPPORTEUR]}
        super().__init__(*args, **kwargs)
        people = User.objects.filter(
            Q(memberships__consultation=atelier.consultation)
            | Q(registrations__atelier=atelier)
            | Q(atelier_roles__atelier=atelier),
            is_active=True,
        )
        for name in ("facilitators", "rapporteurs"):
            field: Any = self.fields[name]
            field.queryset = people.distinct().order_by("sort_key", "pk")
        self.carry_seen(kwargs["initial"])


class RegisterForm(forms.Form):
    mode = forms.ChoiceField(
        label=_("Vous venez"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites si vous venez sur place ou à distance.")},
    )

    def __init__(self, *args: Any, atelier: Atelier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        modes: Any = self.fields["mode"]
        modes.choices = [(mode, Atelier.Mode(mode).label) for mode in atelier.modes]
        if len(atelier.modes) == 1:
            del self.fields["mode"]


class TableForm(NamedForm, forms.Form):
    title = forms.CharField(
        label=_("Nouvelle table"), max_length=120, error_messages={"required": _("Donnez un nom à la table.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.carry_name()


class NoteForm(RowForm):
    """One note; the text first, for notes typed during the discussion."""

    class Meta:
        model = Note
        fields: ClassVar[list[str]] = ["text", "nature", "title", "actor_kind", "speaker_name", "speaker_consents"]
        widgets: ClassVar[dict[str, Any]] = {
            "text": forms.Textarea(attrs={"rows": 3, "maxlength": TEXT_LENGTH}),
            "nature": forms.RadioSelect,
        }

    def __init__(self, *args: Any, atelier: Atelier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["text"].error_messages = {"required": _("Écrivez la note avant de l’enregistrer.")}
        fields["nature"].queryset = atelier.consultation.natures.all()
        fields["nature"].empty_label = _("Sans précision")
        fields["actor_kind"].queryset = atelier.consultation.actor_kinds.all()
        fields["actor_kind"].empty_label = _("Non précisé")

    def values(self) -> dict[str, Any]:
        names = (*NoteForm.Meta.fields, VERSION, NAME)
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class PourForm(forms.Form):
    """Which notes become contributions, and in which topic."""

    notes = RowsField(queryset=Note.objects.none(), error_messages={"required": _("Cochez au moins une note.")})
    topic = forms.ModelChoiceField(
        label=_("Dans la thématique"),
        queryset=Topic.objects.none(),
        empty_label=_("Choisir une thématique"),
        error_messages={"required": _("Choisissez la thématique que ces notes rejoignent.")},
    )

    def __init__(self, *args: Any, atelier: Atelier, topics: QuerySet[Topic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["notes"].queryset = Note.objects.of(atelier).aside()
        fields["topic"].queryset = topics
        fields["topic"].choices = [("", fields["topic"].empty_label), *_by_phase(topics)]


def topics_of(atelier: Atelier, viewer: Viewer) -> QuerySet[Topic]:
    """Return the topics of the consultation that this person may read, those of the atelier's phases first."""
    own = Case(When(phase__in=atelier.phases.all(), then=0), default=1)
    topics = Topic.objects.visible_to(viewer, atelier.consultation).select_related("phase")
    return topics.order_by(own, "phase__position", "position", "pk")


def _by_phase(topics: Iterable[Topic]) -> list[tuple[str, list[tuple[int, str]]]]:
    groups: dict[str, list[tuple[int, str]]] = {}
    for topic in topics:
        groups.setdefault(topic.phase.title, []).append((topic.pk, topic.title))
    return list(groups.items())
