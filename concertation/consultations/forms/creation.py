"""Form that creates a consultation with its lists, its charter and its phases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from concertation.accounts.mailboxes import AddressField
from concertation.accounts.models import User
from concertation.journal.receipts import NAME

from ..models import Consultation
from ..outline import COLUMNS, TOPIC, TOPIC_BETWEEN, NewPhase, Outline, typed
from ..presets import CHARTER, CHARTER_TITLE, NATURES, PHASES, Preset
from .dates import DAY_BEGINS, DAY_ENDS
from .frame import RowForm
from .lines import LinesField

_DAYS_AHEAD = 14


@dataclass(frozen=True)
class PhaseFields:
    """The fields of a phase, its dates as they follow from the start and the durations, and its natures."""

    number: int
    fields: Sequence[BoundField]
    period: tuple[date, date] | None
    natures: str


@dataclass(frozen=True)
class Fold:
    """A part of the form that is folded away."""

    title: str
    fields: Sequence[BoundField]
    is_open: bool


class CreationForm(RowForm):
    organiser = AddressField(
        label=_("Adresse électronique de la personne qui organise"),
        required=False,
        help_text=_("Sans compte, elle reçoit une invitation. Vide : vous-même."),
    )
    starts_on = forms.DateField(
        label=_("Début de la première phase"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        help_text=_("Les autres phases suivent, chacune au lendemain de la précédente."),
        error_messages={"invalid": _("Cette date n’existe pas. Exemple : 12/10/2026.")},
    )
    kinds = LinesField(
        label=_("Types d’acteurs"),
        columns=COLUMNS["kinds"],
        rows=7,
        help_text=_("Ce que l’on choisit après « Vous êtes ». Un par ligne : type ; famille, qui peut manquer."),
    )
    natures = LinesField(
        label=_("Natures des contributions"),
        columns=COLUMNS["natures"],
        rows=7,
        help_text=_("Ce que l’on choisit après « Il s’agit de… ». Une par ligne : singulier ; pluriel."),
    )
    stakes = LinesField(
        label=_("Enjeux"),
        columns=COLUMNS["stakes"],
        rows=4,
        required=False,
        help_text=_("Les questions qui traversent toutes les phases, une par ligne."),
    )
    to_hide = LinesField(
        label=_("Motifs pour signaler, masquer ou suspendre"),
        columns=COLUMNS["to_hide"],
        rows=7,
        help_text=_("Un par ligne : motif ; explication envoyée à l’auteur."),
    )
    to_restore = LinesField(label=_("Motifs pour rétablir"), columns=COLUMNS["to_restore"], rows=3, required=False)
    to_move = LinesField(label=_("Motifs pour déplacer"), columns=COLUMNS["to_move"], rows=3, required=False)
    charter_title = forms.CharField(label=_("Titre de la charte"), max_length=160, required=False)
    charter = forms.CharField(
        label=_("Texte de la charte"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("On l’accepte en rejoignant la concertation. Vide : pas de charte pour le moment."),
    )

    class Meta:
        model = Consultation
        fields: ClassVar[list[str]] = ["title", "presentation", "summary", "slug"]
        widgets: ClassVar[dict[str, Any]] = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "presentation": forms.Textarea(attrs={"rows": 5}),
        }
        labels: ClassVar[dict[str, Any]] = {"presentation": _("Qui demande, et pourquoi")}
        help_texts: ClassVar[dict[str, Any]] = {
            "slug": _("Fin de l’adresse de ses pages, en minuscules et sans accents. Vide : tirée du titre."),
            "presentation": _("Mise en forme Markdown : **gras**, *italique*, listes, liens."),
        }

    def __init__(self, *args: Any, preset: Preset, names_organiser: bool, **kwargs: Any) -> None:
        kwargs["initial"] = {**_initial(preset), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.preset = preset
        self.fields["slug"].required = False
        if not names_organiser:
            del self.fields["organiser"]
        for number in range(1, len(PHASES) + 1):
            self.fields.update(_phase_fields(number))

    def fields_of(self, *names: str) -> list[BoundField]:
        return [self[name] for name in names if name in self.fields]

    @property
    def about(self) -> list[BoundField]:
        return self.fields_of("title", "presentation", "organiser")

    @property
    def folds(self) -> list[Fold]:
        """Return what is proposed and seldom changed at once; a part with an error is unfolded."""
        parts = {
            _t("Résumé et adresse"): ("summary", "slug"),
            _t("Types d’acteurs"): ("kinds",),
            _t("Natures et enjeux"): ("natures", "stakes"),
            _t("Motifs de modération"): ("to_hide", "to_restore", "to_move"),
            _t("Charte"): ("charter_title", "charter"),
        }
        return [Fold(title, self.fields_of(*names), bool({*names} & {*self.errors})) for title, names in parts.items()]

    @property
    def phases(self) -> list[PhaseFields]:
        """Return the fields of each phase with its dates, also those of a form that is shown again."""
        words = {code: str(plural) for code, _one, plural, *_look in NATURES}
        periods = self._periods()
        return [
            PhaseFields(
                number,
                self.fields_of(*(f"phase{number}_{name}" for name in ("title", "goal", "weeks", "topics"))),
                periods[number - 1],
                ", ".join(words[code] for code in planned.natures),
            )
            for number, planned in enumerate(PHASES, start=1)
        ]

    def clean_organiser(self) -> User | str:
        """Return the person with this address, or the address of one without an account."""
        email: str = self.cleaned_data["organiser"]
        return User.objects.reached_at(email) or email if email else ""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        planned = [number for number in range(1, len(PHASES) + 1) if given.get(f"phase{number}_title")]
        if planned and not given.get("starts_on") and "starts_on" not in self.errors:
            self.add_error("starts_on", _t("Indiquez un jour."))
        for number in planned:
            if not given.get(f"phase{number}_weeks") and f"phase{number}_weeks" not in self.errors:
                self.add_error(f"phase{number}_weeks", _t("Indiquez une durée."))
        for number in range(1, len(PHASES) + 1):
            if number not in planned and given.get(f"phase{number}_topics"):
                self.add_error(f"phase{number}_title", _t("Donnez un titre à la phase de ces thématiques."))
        return given

    def values(self) -> dict[str, Any]:
        """Return what the verb takes: texts that were given, who organises, and the outline."""
        given = self.cleaned_data
        texts = {name: given[name] for name in ("title", "presentation", "summary", "slug") if given[name]}
        charter = (given["charter_title"] or str(CHARTER_TITLE), given["charter"]) if given["charter"] else None
        lists = {name: given[name] for name in COLUMNS}
        organiser = {"organiser": given["organiser"]} if given.get("organiser") else {}
        outline = Outline(**lists, charter=charter, phases=self._planned())
        return {**texts, **organiser, "outline": outline, NAME: given[NAME]}

    def _periods(self) -> list[tuple[date, date] | None]:
        """Return the first and the last day of each phase; None without a title, a start or a duration."""
        start = self._typed("starts_on")
        periods: list[tuple[date, date] | None] = []
        for number in range(1, len(PHASES) + 1):
            weeks = self._typed(f"phase{number}_weeks")
            if not self._typed(f"phase{number}_title") or start is None or weeks is None:
                periods.append(None)
                continue
            end = start + timedelta(weeks=weeks, days=-1)
            periods.append((start, end))
            start = end + timedelta(days=1)
        return periods

    def _typed(self, name: str) -> Any:
        """Return the value that a field has on the page; None while it is wrong."""
        try:
            return self.fields[name].clean(self[name].value())
        except ValidationError:
            return None

    def _planned(self) -> list[NewPhase]:
        zone = ZoneInfo(Consultation._meta.get_field("zone").default)
        given = self.cleaned_data
        return [
            NewPhase(
                title=given[f"phase{number}_title"],
                goal=given[f"phase{number}_goal"],
                opens_at=datetime.combine(period[0], DAY_BEGINS, zone),
                closes_at=datetime.combine(period[1], DAY_ENDS, zone),
                natures=planned.natures,
                topics=given[f"phase{number}_topics"],
            )
            for number, (planned, period) in enumerate(zip(PHASES, self._periods(), strict=True), start=1)
            if period is not None
        ]


def _phase_fields(number: int) -> dict[str, forms.Field]:
    planned, name, words = PHASES[number - 1], f"phase{number}", {"number": number}
    return {
        f"{name}_title": forms.CharField(
            label=_t("Titre de la phase %(number)s") % words,
            max_length=120,
            required=False,
            initial=planned.title,
            help_text=_("Vide : cette phase n’est pas créée."),
        ),
        f"{name}_goal": forms.CharField(
            label=_t("Objectif de la phase %(number)s") % words,
            required=False,
            initial=planned.goal,
            widget=forms.Textarea(attrs={"rows": 2}),
        ),
        f"{name}_weeks": forms.IntegerField(
            label=_t("Durée de la phase %(number)s, en semaines") % words,
            min_value=1,
            max_value=104,
            required=False,
            initial=planned.weeks,
        ),
        f"{name}_topics": LinesField(
            label=_t("Thématiques de la phase %(number)s") % words,
            columns=TOPIC,
            between=TOPIC_BETWEEN,
            rows=3,
            required=False,
            help_text=_("Une par ligne : titre – question. La question peut manquer, et tout se complète ensuite."),
        ),
    }


def without_lists_of(preset: Preset, sent: Mapping[str, str]) -> dict[str, str]:
    """Return what was sent without the lists that are still as ``preset`` proposes them: another model has its own."""
    proposed = {name: _lines(text) for name, text in typed(preset).items()}
    return {name: text for name, text in sent.items() if _lines(text) != proposed.get(name)}


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.strip().splitlines())


def _initial(preset: Preset) -> dict[str, Any]:
    """Return what the page proposes: the lists of the preset, a charter, and phases from a Monday to come."""
    soon = timezone.localdate() + timedelta(days=_DAYS_AHEAD)
    return {
        **typed(preset),
        "starts_on": soon + timedelta(days=-soon.weekday() % 7),
        "charter_title": CHARTER_TITLE,
        "charter": CHARTER,
    }
