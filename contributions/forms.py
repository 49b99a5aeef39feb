"""Forms of contributions: composer, edit form, filters of a topic, keywords."""

import re
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from concertation.accounts.forms import EMAIL_WIDGET
from concertation.accounts.mailboxes import AddressField
from concertation.consultations.forms.choices import RowsField, SeenForm
from concertation.consultations.models import Nature, Stake, Topic
from concertation.documents.conflicts import Version, VersionedForm, conflict, is_conflict

from . import wording
from .actions.posting import check_open
from .corpus_files import LONGEST_PURPOSE
from .listing import Filters
from .models import Contribution, Keyword, Revision
from .models.contribution import TITLE_LENGTH

# Commas of the Latin, Arabic, Chinese and Japanese scripts.
_BETWEEN_NAMES = re.compile("[,\u060c\uff0c\u3001]")
# From the names of a verb's arguments to the fields of the form.
FIELD_OF = {"body": "texte", "title": "titre", "nature": "nature", "stakes": "enjeux", "keywords": "mots"}
# What the counter of a text says near its limit.
LETTERS_LEFT = {"data-left-one": _("{n} caractère restant"), "data-left-many": _("{n} caractères restants")}


def show_errors(form: forms.Form, error: ValidationError) -> None:
    """Add each error of a verb beside its field."""
    if isinstance(form, VersionedForm) and is_conflict(error):
        form.show_conflict(error)
        return
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        field = FIELD_OF.get(name, name)
        form.add_error(field if field in form.fields else None, errors)


def offer(form: forms.Form, name: str, rows: Iterable[Model]) -> None:
    """Set the choices of the field, read once; remove a field without choices."""
    listed = list(rows)
    if not listed:
        del form.fields[name]
        return
    field: Any = form.fields[name]
    field.queryset = type(listed[0])._default_manager.filter(pk__in=[one.pk for one in listed])
    empty = [("", field.empty_label)] if field.empty_label is not None else []
    field.choices = [*empty, *(field.iterator(field).choice(one) for one in listed)]


class TextForm(VersionedForm, forms.Form):
    """A title, a text, what it is and which stakes it concerns."""

    nature = forms.ModelChoiceField(
        label=_("Il s’agit de…"),
        queryset=Nature.objects.none(),
        required=False,
        to_field_name="code",
        blank=True,
        widget=forms.RadioSelect,
        empty_label=_("Sans précision"),
        error_messages={"invalid_choice": _("Cette phase ne propose pas ce choix. Choisissez dans la liste.")},
    )
    titre = forms.CharField(label=_("Titre"), required=False, max_length=TITLE_LENGTH)
    texte = forms.CharField(
        label=_("Votre contribution"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": wording.TYPED_LENGTH} | LETTERS_LEFT),
        error_messages={"required": _("Écrivez votre texte avant de le publier.")},
    )
    enjeux = RowsField(
        label=_("Enjeux concernés"),
        queryset=Stake.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choisissez des enjeux de cette concertation.")},
    )

    def __init__(
        self, *args: Any, topic: Topic, is_reply: bool, own_nature: Nature | None = None, **kwargs: Any
    ) -> None:
        """``own_nature`` is that of an existing text: it may stay so in a phase that does not offer it."""
        super().__init__(*args, **kwargs)
        self.topic = topic
        self.is_reply = is_reply
        if is_reply:
            for name in ("nature", "titre", "enjeux"):
                del self.fields[name]
            self.fields["texte"].label = _("Votre réponse")
            self.fields["texte"].widget.attrs["rows"] = 4
            return
        natures = wording.natures_of(topic.phase)
        kept = [own_nature] if own_nature is not None and own_nature not in natures else []
        offer(self, "nature", [*natures, *kept])
        offer(self, "enjeux", wording.stakes_of(topic.phase.consultation))

    @property
    def values(self) -> dict[str, Any]:
        """Return the arguments of the verbs."""
        given = self.cleaned_data
        values = {"title": given.get("titre", ""), "body": given["texte"], "nature": given.get("nature")}
        return values | {"stakes": list(given.get("enjeux") or [])}


class ComposerForm(TextForm):
    """A new text, before or after log-in. ``client_uuid`` identifies this one writing."""

    parent = forms.IntegerField(required=False, widget=forms.HiddenInput)
    client_uuid = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)
    equipe = forms.BooleanField(label=_("Répondre au nom de l’équipe d’animation"), required=False)
    # Asked of visitors alone; without it the next page asks.
    adresse = AddressField(
        label=_("Votre adresse électronique"),
        required=False,
        max_length=254,
        widget=EMAIL_WIDGET,
        help_text=_("Nous y envoyons un code à six chiffres, pour publier. Elle n’est jamais montrée."),
    )

    def __init__(
        self, *args: Any, topic: Topic, parent: Contribution | None, is_staff: bool, now: datetime, **kwargs: Any
    ) -> None:
        kwargs.setdefault("auto_id", f"{'reponse' if parent else 'contribution'}_%s")
        initial = {"parent": parent and parent.number, "client_uuid": str(uuid.uuid4())}
        kwargs["initial"] = initial | (kwargs.get("initial") or {})
        super().__init__(*args, topic=topic, is_reply=parent is not None, **kwargs)
        self.answered = parent
        self.now = now
        if not is_staff:
            del self.fields["equipe"]
        elif parent is None:
            self.fields["equipe"].label = _("Publier au nom de l’équipe d’animation")

    def clean(self) -> dict[str, Any]:
        """Report all errors before log-in; the verb checks again."""
        given = super().clean() or {}
        if self.errors:
            return given
        try:
            as_team = bool(given.get("equipe"))
            check_open(self.topic.phase, self.now, is_reply=self.is_reply, as_team=as_team)
            wording.word(given["texte"], title=given.get("titre", ""), is_reply=self.is_reply)
        except ValidationError as error:
            show_errors(self, error)
        return given

    @property
    def draft_key(self) -> str:
        return f"reponse:{self.answered.pk}" if self.answered else f"thematique:{self.topic.pk}"

    def renamed(self) -> "ComposerForm":
        """Return the same form under a new uuid, when its own belongs to another write."""
        data = self.data.copy()  # type: ignore[attr-defined]
        data["client_uuid"] = str(uuid.uuid4())
        form = ComposerForm(
            data, topic=self.topic, parent=self.answered, is_staff="equipe" in self.fields, now=self.now
        )
        form.is_valid()
        return form


class EditForm(TextForm):
    """Edit one's text, with the version that it was edited from."""

    def __init__(self, *args: Any, contribution: Contribution, **kwargs: Any) -> None:
        self.contribution = contribution
        stored = self.stored_now()
        initial = {**stored, "nature": contribution.nature and contribution.nature.code}
        initial["enjeux"] = [stake.pk for stake in stored["enjeux"]]
        is_reply, own = not contribution.is_root, contribution.nature
        super().__init__(*args, topic=contribution.topic, is_reply=is_reply, own_nature=own, initial=initial, **kwargs)
        self.follow(stored)

    @property
    def values(self) -> dict[str, Any]:
        """Return the arguments of the verb, without a nature or stakes that the form does not show."""
        values = super().values
        for name in ("nature", "stakes"):
            if FIELD_OF[name] not in self.fields:
                del values[name]
        seen = self.expected_version
        if seen is not None:
            version = Version((name, seen[FIELD_OF[name]]) for name in values if FIELD_OF[name] in seen)
            values["expected_version"] = version
        return values

    def stored_now(self) -> dict[str, Any]:
        text = Revision.objects.filter(contribution=self.contribution).latest("number")
        values = {"titre": text.title, "texte": text.body, "nature": self.contribution.nature}
        return values | {"enjeux": list(self.contribution.stakes.all())}

    def show_conflict(self, error: ValidationError) -> None:
        self.contribution.refresh_from_db(fields=["nature"])
        named = [FIELD_OF[name] for one in error.error_list for name in (one.params or {})["fields"]]
        super().show_conflict(conflict(named))


class FiltersForm(forms.Form):
    """Filters of the threads, sent with GET, so that the address is complete."""

    nature: forms.ModelChoiceField[Nature] = forms.ModelChoiceField(
        label=_("Nature"), queryset=None, required=False, to_field_name="code", empty_label=_("Toutes")
    )
    mot: forms.ModelChoiceField[Keyword] = forms.ModelChoiceField(
        label=_("Mot-clé"), queryset=None, required=False, to_field_name="slug", empty_label=_("Tous")
    )
    enjeu: forms.ModelChoiceField[Stake] = forms.ModelChoiceField(
        label=_("Enjeu"), queryset=None, required=False, empty_label=_("Tous")
    )
    tri = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *, topic: Topic, filters: Filters) -> None:
        given = {"nature": filters.nature, "mot": filters.keyword, "enjeu": filters.stake, "tri": filters.sort}
        super().__init__(initial=given, auto_id="filtre_%s")
        offer(self, "nature", wording.natures_of(topic.phase))
        offer(self, "mot", Keyword.objects.offered().used_in(topic))
        offer(self, "enjeu", wording.stakes_of(topic.phase.consultation))

    @property
    def is_useful(self) -> bool:
        return len(self.fields) > 1


class KeywordsForm(SeenForm, forms.Form):
    """The keywords of a contribution: ``present`` are ticked."""

    mots = RowsField(
        label=_("Mots-clés"),
        queryset=Keyword.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Ce mot-clé n’est plus proposé. Choisissez-en un autre.")},
    )
    nouveaux = forms.CharField(
        label=_("Nouveaux mots-clés"),
        required=False,
        max_length=300,
        help_text=_("Séparés par des virgules."),
    )

    distincts = forms.BooleanField(label=_("Ajouter quand même : ce n’est pas le même mot"), required=False)

    def __init__(self, *args: Any, contribution: Contribution, present: Iterable[Keyword], **kwargs: Any) -> None:
        keys = [one.pk for one in present]
        kwargs["initial"] = {"mots": keys}
        super().__init__(*args, **kwargs)
        self.consultation = contribution.consultation
        offered = Keyword.objects.offered().filter(consultation=self.consultation)
        self.fields["mots"].queryset = offered  # type: ignore[attr-defined]
        if not offered.exists():
            del self.fields["mots"]
        if not self.is_bound:
            del self.fields["distincts"]
        self.carry_seen({"mots": keys})

    def clean(self) -> dict[str, Any]:
        """Suggest an existing keyword with other accents; it is never used in place of what was typed."""
        values = super().clean() or {}
        near = {name: Keyword.objects.near(self.consultation, name).first() for name in self.new_names}
        proposed = [(name, one) for name, one in near.items() if one is not None and one not in values.get("mots", ())]
        if not proposed:
            del self.fields["distincts"]
        elif not values.get("distincts"):
            for name, one in proposed:
                sentence = _(
                    "Un mot-clé proche existe\u00a0: «\u00a0%(near)s\u202f». Cochez-le, ou ajoutez "
                    "«\u00a0%(name)s\u202f» quand même."
                )
                self.add_error("nouveaux", ValidationError(sentence, params={"near": one, "name": name}))
        return values

    @property
    def new_names(self) -> list[str]:
        names = _BETWEEN_NAMES.split(self.cleaned_data.get("nouveaux", ""))
        return [name.strip() for name in names if name.strip()]


class NamesForm(forms.Form):
    """The purpose for which an export has the names of authors."""

    finalite = forms.CharField(
        label=_("Finalité"),
        max_length=LONGEST_PURPOSE,
        help_text=_("À quoi serviront les noms. Elle est notée au journal, avec votre nom et la date."),
        error_messages={"required": _("Dites à quoi serviront les noms.")},
    )
