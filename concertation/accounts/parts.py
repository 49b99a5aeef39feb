"""What other apps show on a person's own page: ``slots.offer("me.parts", source)``, ``source(user, now)``."""

from dataclasses import dataclass

from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class MyPart:
    """One section of « Ma page »; lower positions come first."""

    title: str
    html: SafeString
    position: int = 50
