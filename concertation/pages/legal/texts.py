"""The legal pages of the site: their addresses, the models to write them from, and their published versions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise

from concertation.accounts.models import LegalText

_MODELS = Path(__file__).parent / "models"
# What the administrator replaces in a model: « [à compléter : adresse postale] ».
_BLANK = re.compile(r"\[à compléter\s*:\s*([^\]]+)\]")


@dataclass(frozen=True)
class LegalPage:
    slug: str
    kind: LegalText.Kind

    @property
    def title(self) -> str | Promise:
        return self.kind.label

    @property
    def key(self) -> str:
        """The key of its versions."""
        return f"site:{self.slug}"

    @property
    def model(self) -> str:
        """Return the text to begin from, with the name and the address of this site."""
        text = (_MODELS / f"{self.slug}.md").read_text("utf-8")
        return text.replace("{site}", settings.SITE_NAME).replace("{address}", settings.SITE_URL)


PAGES = {
    one.slug: one
    for one in (
        LegalPage("mentions-legales", LegalText.Kind.NOTICE),
        LegalPage("donnees-personnelles", LegalText.Kind.PRIVACY),
        LegalPage("accessibilite", LegalText.Kind.ACCESSIBILITY),
        LegalPage("contact", LegalText.Kind.CONTACT),
    )
}


class LegalPageConverter:
    """``<legal:page>`` in an address: one of the legal pages."""

    regex = "|".join(PAGES)

    def to_python(self, value: str) -> LegalPage:
        return PAGES[value]

    def to_url(self, value: LegalPage) -> str:
        return value.slug


def published(page: LegalPage) -> LegalText | None:
    """Return the version in force; None before the first."""
    return LegalText.objects.filter(key=page.key).order_by("-version").first()


def blanks_in(text: str) -> list[str]:
    """Return what a text still asks to complete, each once."""
    return list(dict.fromkeys(" ".join(one.split()) for one in _BLANK.findall(text)))


def completed(text: str, blanks: Mapping[str, str]) -> str:
    """Replace what a text asks to complete by these words."""
    return _BLANK.sub(lambda found: blanks[" ".join(found[1].split())], text)
