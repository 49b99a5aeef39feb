"""The live channel of the legal pages: everyone's room, that of the site."""

from datetime import datetime

from concertation.accounts.models import LegalText
from concertation.consultations.live import SITE_ROOM
from concertation.live import registry
from concertation.live.actions import Announcement, changed


def legal_pages_changed() -> Announcement:
    """A legal page, or the accessibility that the site declares, is another."""
    return changed(LegalText(pk=1), "legal")


def _rooms(text: LegalText, now: datetime) -> list[str]:
    return [SITE_ROOM]


def register() -> None:
    registry.update("legal", LegalText, rooms=_rooms, only=1)
