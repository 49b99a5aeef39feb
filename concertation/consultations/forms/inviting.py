"""Form that invites the people of pasted lines or of a file."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from concertation.documents.problems import grouped

from ..actions.inviting_many import Invited
from ..actions.organisations import NAME_LENGTH
from ..actions.roles import role_name
from ..invited_lines import Lines, as_text, read, rows_of_file, rows_of_text
from ..models import ActorKind, Consultation, Role, Territory
from .files import MEBI
from .joining import territory_choices

PARTICIPANT = "participant"
MOST_BYTES = 2 * MEBI
LONGEST_WORD = 2_000


class InviteForm(forms.Form):
    """One person a line, pasted or in a file; the other fields are for the lines that do not say."""

    addresses = forms.CharField(
        label=_("Adresses"),
        required=False,
        max_length=MOST_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("Une par ligne, avec ou sans nom. Exemple : Claire Le Goff <claire.legoff@ville.fr>"),
    )
    file = forms.FileField(
        label=_("Ou un fichier"),
        required=False,
        help_text=_("CSV ou XLSX, 2 Mo et 5 000 lignes au plus ; ses colonnes sont décrites plus bas."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"empty": _("Ce fichier est vide.")},
    )
    role = forms.ChoiceField(label=_("Rôle donné"))
    actor_kind = forms.ModelChoiceField(
        label=_("Vous êtes"),
        queryset=ActorKind.objects.none(),
        required=False,
        empty_label=_("Non précisé"),
        help_text=_("Proposé à la personne quand elle rejoint la concertation, et compté dans les chiffres."),
    )
    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=NAME_LENGTH,
        required=False,
        help_text=_("Celle au nom de laquelle ces personnes sont invitées."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "organisations"}),
    )
    territory = forms.ModelChoiceField(
        label=_("Territoire"), queryset=Territory.objects.none(), required=False, empty_label=_("Non précisé")
    )
    message = forms.CharField(
        label=_("Un mot de votre part"),
        required=False,
        max_length=LONGEST_WORD,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Il est dans le courriel, que vous signez de votre nom."),
    )
    open_to_others = forms.BooleanField(
        label=_("Le lien sert aussi à un compte d’une autre adresse"),
        required=False,
        help_text=_("Sinon, ce compte doit d’abord confirmer l’adresse invitée par un code."),
    )

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.consultation = consultation
        self.lines = Lines([], [])
        self.text = ""
        fields: dict[str, Any] = self.fields
        fields["role"].choices = [
            (PARTICIPANT, _("Participant")),
            *((role.value, role_name(consultation, role)) for role in Role),
        ]
        fields["actor_kind"].queryset = consultation.actor_kinds.all()
        fields["territory"].queryset = Territory.objects.offered_in(consultation)
        fields["territory"].choices = territory_choices(consultation, empty=fields["territory"].empty_label)

    def clean_role(self) -> str:
        role = str(self.cleaned_data["role"])
        return "" if role == PARTICIPANT else role

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > MOST_BYTES:
            raise ValidationError(_("Ce fichier est trop lourd : 2 Mo au plus."))
        return file

    def clean(self) -> dict[str, Any]:
        """Read the lines; their errors are in ``report``, since the good lines may be invited without the others."""
        given = super().clean() or {}
        if self.errors:
            return given
        file, pasted = given["file"], given["addresses"]
        if bool(file) == bool(pasted.strip()):
            message = _("Collez des adresses ou choisissez un fichier, l’un ou l’autre.")
            raise ValidationError(
                {"addresses": message if file else _("Indiquez au moins une adresse, ou un fichier.")}
            )
        rows, problems = rows_of_file(file.name, file.read()) if file else rows_of_text(pasted)
        self.text = as_text(rows) if file else pasted
        names = ("role", "actor_kind", "organisation", "territory")
        same = Invited("", **{name: given[name] for name in names})
        self.lines = read(self.consultation, rows, problems, same)
        return given

    @property
    def report(self) -> list[str]:
        """The errors of the lines, those alike grouped."""
        return grouped(self.lines.problems)

    @property
    def repeated(self) -> list[tuple[str, Any]]:
        """The fields of the confirmation, which a browser cannot fill from a file."""
        same = [(name, self.data.get(name, "")) for name in self.fields if name not in ("addresses", "file")]
        return [("addresses", self.text), *((name, value) for name, value in same if value)]
