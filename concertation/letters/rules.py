"""Who may write letters."""

from concertation.consultations.rules import is_not_archived, is_organiser
from concertation.permissions import allow

allow("letters.read", is_organiser)
allow("letters.write", is_organiser & is_not_archived)
