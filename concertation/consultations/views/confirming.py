"""Confirmation page for an act of the organiser space."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render

from concertation.accounts.http import AuthenticatedHttpRequest

from ..models import Consultation


@dataclass(frozen=True, kw_only=True)
class Question:
    """The texts of the confirmation page, the message after the act, and the page that follows.

    ``name`` and ``value`` are sent by its button, for an act that two addresses would share.
    """

    section: str
    page_name: str
    title: str
    text: str
    confirm: str
    back: str
    done: str
    after: str = ""
    danger: bool = True
    name: str = ""
    value: str = ""


def confirmed(
    request: AuthenticatedHttpRequest, consultation: Consultation, question: Question, act: Callable[[], object]
) -> HttpResponse:
    """Render the question on GET, act on POST; show a refusal on the page that the person came from."""
    if request.method != "POST":
        context = {
            "consultation": consultation,
            "section": question.section,
            "page_name": question.page_name,
            "title": question.title,
            "text": question.text,
            "confirm": question.confirm,
            "back": question.back,
            "danger": question.danger,
            "name": question.name,
            "value": question.value,
        }
        return render(request, "organiser/confirm.html", context)
    try:
        act()
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return redirect(question.back)
    messages.success(request, question.done)
    return redirect(question.after or question.back)
