"""Fields for a date with an optional hour, in the consultation's time zone."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

DAY_BEGINS = time(0, 0)
DAY_ENDS = time(23, 59, 59)


class MomentWidget(forms.MultiWidget):
    """The browser's own date and time inputs, side by side."""

    def __init__(self, *, default_time: time, zone: ZoneInfo | None = None) -> None:
        self.default_time, self.zone = default_time, zone
        super().__init__(
            {
                "jour": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "aria-label": _("Jour")}),
                "heure": forms.TimeInput(format="%H:%M", attrs={"type": "time", "aria-label": _("Heure")}),
            }
        )

    def decompress(self, value: datetime | None) -> list[Any]:
        """Split the value; hide an hour that is the default, the beginning or the end of the day."""
        if value is None:
            return [None, None]
        local = value.astimezone(self.zone)
        hour = local.time().replace(microsecond=0)
        return [local.date(), None if hour == self.default_time else hour]


class MomentField(forms.MultiValueField):
    """A moment in a consultation's zone; without an hour it is ``default_time`` that day."""

    widget: MomentWidget

    def __init__(self, *, default_time: time = DAY_BEGINS, **kwargs: Any) -> None:
        self.default_time = default_time
        self.zone = ZoneInfo("UTC")
        invalid = {"invalid": _("Cette date n’existe pas. Exemple : 12/10/2026.")}
        fields = (
            forms.DateField(error_messages=invalid, input_formats=["%Y-%m-%d", "%d/%m/%Y"]),
            forms.TimeField(
                required=False,
                error_messages={"invalid": _("Cette heure n’existe pas. Exemple : 18:30.")},
                input_formats=["%H:%M", "%H:%M:%S", "%Hh%M", "%H h %M"],
            ),
        )
        kwargs.setdefault("widget", MomentWidget(default_time=default_time))
        messages = {
            "required": _("Indiquez un jour."),
            "incomplete": _("Indiquez un jour."),
            **kwargs.pop("error_messages", {}),
        }
        super().__init__(fields, require_all_fields=False, error_messages=messages, **kwargs)

    def in_zone(self, zone: ZoneInfo) -> None:
        self.zone = self.widget.zone = zone

    def compress(self, values: list[Any]) -> datetime | None:
        day: date | None = values[0] if values else None
        if day is None:
            if values and values[1]:
                raise ValidationError(self.error_messages["incomplete"], code="incomplete")
            return None
        if not 1900 < day.year < 2200:
            raise ValidationError(_("Cette année n’est pas vraisemblable."), code="invalid")
        return datetime.combine(day, values[1] or self.default_time, tzinfo=self.zone)
