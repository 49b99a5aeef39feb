"""Verbs of letters."""

from .departure import send_due_letters
from .subscriptions import refuse_letters, resume_letters
from .writing import create_letter, delete_letter, edit_letter, schedule_letter, send_trial, stop_letter

__all__ = [
    "create_letter",
    "delete_letter",
    "edit_letter",
    "refuse_letters",
    "resume_letters",
    "schedule_letter",
    "send_due_letters",
    "send_trial",
    "stop_letter",
]
