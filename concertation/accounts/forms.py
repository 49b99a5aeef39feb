"""Forms of log-in, and of a person's account."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .hashing import password_attempt
from .mailboxes import AddressField
from .models import User
from .names import check_own_name

EMAIL_WIDGET = forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"})


def focus_first(form: forms.Form) -> None:
    """Put the focus of the page in the first field to fill: the first with an error, else the first empty one.

    A group of choices is left alone, since each of them would get the attribute.
    """
    fields = form.visible_fields()
    wanted = [field for field in fields if field.errors] or [field for field in fields if not field.value()]
    for field in wanted[:1]:
        if not field.use_fieldset:
            field.field.widget.attrs["autofocus"] = True


class AddressForm(forms.Form):
    adresse = AddressField(
        label=_("Votre adresse électronique"),
        max_length=254,
        widget=EMAIL_WIDGET,
        help_text=_("Nous y envoyons un code à six chiffres. Elle n’est jamais montrée."),
        error_messages={
            "required": _("Indiquez votre adresse électronique."),
        },
    )


class CodeForm(AddressForm):
    adresse = AddressField(widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Code à six chiffres"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "pattern": "[0-9 ]*"}),
        error_messages={
            "required": _("Saisissez les six chiffres du courriel."),
            "max_length": _("Ce code est trop long : il compte six chiffres."),
        },
    )


class PasswordForm(AddressForm):
    adresse = AddressField(
        label=_("Votre adresse électronique"),
        max_length=254,
        widget=EMAIL_WIDGET,
        error_messages=AddressForm.base_fields["adresse"].error_messages,
    )
    mot_de_passe = forms.CharField(
        label=_("Mot de passe"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Saisissez votre mot de passe.")},
    )


class NameForm(forms.Form):
    display_name = forms.CharField(
        label=_("Nom affiché"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("Montré à côté de ce que vous écrivez : votre nom ou un pseudonyme."),
        error_messages={"required": _("Indiquez le nom sous lequel vous souhaitez apparaître.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_display_name(self) -> str:
        return check_own_name(self.cleaned_data["display_name"], self.user)


class NewPasswordForm(forms.Form):
    """Set an optional password; requires the present one, unless a code was typed a moment ago."""

    current = forms.CharField(
        label=_("Mot de passe actuel"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Saisissez votre mot de passe actuel.")},
    )
    new = forms.CharField(
        label=_("Nouveau mot de passe"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Huit caractères au moins. Une phrase est plus sûre qu’un mot."),
        error_messages={"required": _("Choisissez un mot de passe.")},
    )
    again = forms.CharField(
        label=_("Le même, une seconde fois"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Saisissez-le une seconde fois.")},
    )

    def __init__(self, *args: Any, user: User, asks_current: bool, network: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.network = user, network
        if not asks_current:
            del self.fields["current"]

    def clean_current(self) -> str:
        current = str(self.cleaned_data["current"])
        with password_attempt(self.user.email, self.network) as counted:
            is_right = self.user.check_password(current)
        if not is_right:
            raise ValidationError(_("Ce n’est pas votre mot de passe actuel."))
        counted.give_back()
        return current

    def clean_new(self) -> str:
        new = str(self.cleaned_data["new"])
        validate_password(new, self.user)
        return new

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "new" in values and "again" in values and values["new"] != values["again"]:
            self.add_error("again", _("Les deux saisies diffèrent. Recommencez."))
        return values
