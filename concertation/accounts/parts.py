"""What other apps show on a person's own page."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from concertation.slots import Slot
from concertation.viewer import Viewer


@dataclass(frozen=True, slots=True)
class MyPart:
    """One section of « Ma page »; lower positions come first."""

    title: str
    html: SafeString
    position: int = 50


my_parts: Slot[[Viewer], MyPart] = Slot()
