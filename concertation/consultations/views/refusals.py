"""Show a verb's refusal where the person can act on it, and what a form has saved."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext as _

from concertation.documents.conflicts import VersionedForm, is_conflict
from concertation.texts.templatetags.french import count

from ..forms.lines import LinesForm

T = TypeVar("T")


def add_to_form(form: BaseForm, refusal: ValidationError) -> None:
    """Add each error beside its field, and those without a field above the form."""
    if isinstance(form, VersionedForm) and is_conflict(refusal):
        form.show_conflict(refusal)
        return
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for name, errors in refusal.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def tried(form: BaseForm, act: Callable[[], T]) -> T | None:
    """Return what ``act`` returns; None for a form that is not valid, or that now shows why it was refused."""
    if not form.is_valid():
        return None
    try:
        return act()
    except ValidationError as refusal:
        add_to_form(form, refusal)
        return None


def status_of(form: BaseForm) -> int:
    """Return the status of a page with this form: 409 for a save conflict, 422 for another refusal."""
    if isinstance(form, VersionedForm) and form.clashes:
        return 409
    return 422 if form.is_bound and form.errors else 200


def added(form: LinesForm) -> str:
    """Return the message that the lines of a form are in the list."""
    return _("%(added)s de plus dans la liste.") % {"added": count(len(form.cleaned_data["lines"]), "élément,éléments")}


def add_saved_message(request: HttpRequest, form: VersionedForm, sentence: str) -> None:
    """Add the message that a form is saved, with the fields that somebody else changed meanwhile."""
    messages.success(request, sentence)
    if form.changed_by_others:
        words = _("Entre-temps, une autre personne a modifié : %(fields)s. Ce qu’elle a écrit est gardé.")
        messages.info(request, words % {"fields": ", ".join(form.changed_by_others)})
