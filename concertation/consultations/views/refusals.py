"""A verb's refusal shown where the person can act on it."""

from django.core.exceptions import ValidationError
from django.forms import BaseForm


def add_to_form(form: BaseForm, refusal: ValidationError) -> None:
    """Put each sentence beside its field, and above the form what belongs to no field of it."""
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for name, errors in refusal.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
