"""Permissions to code, write and publish."""

from concertation.consultations.rules import is_committee, is_organiser, is_staff
from concertation.permissions import allow

allow("syntheses.code", is_staff)
allow("syntheses.write", is_organiser)
allow("syntheses.publish", is_organiser)
allow("syntheses.read_drafts", is_committee)
