"""Permissions of the pages about the site itself."""

from concertation.consultations.rules import is_administrator
from concertation.permissions import allow

allow("pages.edit_legal_pages", is_administrator)
