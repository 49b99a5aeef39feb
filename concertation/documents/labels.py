"""Labels of frozen versions: 1, then 1.1 after a correction, 2 after a new version; 1.0 in an address."""

from typing import NamedTuple

from django.urls import register_converter


class Label(NamedTuple):
    """The label of a version. A correction raises the minor number, a new version the major one."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}" if self.minor else f"{self.major}"

    @property
    def address(self) -> str:
        """The label in an address: 1.0, so that it is never taken for an order number."""
        return f"{self.major}.{self.minor}"

    def next(self, *, is_correction: bool) -> "Label":
        return Label(self.major, self.minor + 1) if is_correction else Label(self.major + 1, 0)


FIRST = Label(1, 0)


class LabelConverter:
    """A label in a URL pattern: ``<label:label>`` matches 1.0 and 1.1, but neither 1 nor 01.0."""

    regex = r"[1-9][0-9]{0,8}\.(?:0|[1-9][0-9]{0,8})"

    def to_python(self, value: str) -> Label:
        major, _dot, minor = value.partition(".")
        return Label(int(major), int(minor))

    def to_url(self, value: Label) -> str:
        return value.address


register_converter(LabelConverter, "label")
