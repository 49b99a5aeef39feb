"""The legal pages of the demonstration: the models, completed."""

import tomllib
from pathlib import Path

from concertation.accounts.models import User

from ..legal.actions import publish_legal_text
from ..legal.texts import PAGES, completed, published


def publish_pages(administrator: User) -> None:
    """Publish those that are not written yet."""
    blanks = tomllib.loads((Path(__file__).parent / "legal.toml").read_text("utf-8"))["blanks"]
    for page in PAGES.values():
        if published(page) is None:
            publish_legal_text(page.slug, body=completed(page.model, blanks), by=administrator)
