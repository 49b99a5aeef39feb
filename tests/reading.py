"""Pages as a person reads them."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any


def words(response: Any) -> str:
    """The text of a page, with ordinary spaces."""
    return ordinary(re.sub(r"<[^>]+>", " ", response.content.decode()))


def ordinary(text: str) -> str:
    """``text`` with ordinary spaces, one at a time."""
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)


class _Fields(HTMLParser):
    """What a browser would send of each form of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, list[str]]] = []
        self._area = self._select = ""
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = {name: "" if value is None else value for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.forms.append({})
        elif tag == "textarea":
            self._area, self._text = name, []
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given:
            self._add(self._select, given.get("value", ""))
        elif tag == "input" and name and given.get("type") not in ("file", "submit"):
            is_box = given.get("type") in ("checkbox", "radio")
            if not is_box or "checked" in given:
                self._add(name, given.get("value", "on" if is_box else ""))

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._add(self._area, "".join(self._text).removeprefix("\n"))
            self._area = ""

    def _add(self, name: str, value: str) -> None:
        if self.forms and name:
            self.forms[-1].setdefault(name, []).append(value)


def fields_of(form: str) -> dict[str, list[str]]:
    """What a browser would send of the inside of a form, if one sent it as it is."""
    reader = _Fields()
    reader.feed(f"<form>{form}</form>")
    return reader.forms[0]


def form_with(response: Any, field: str) -> dict[str, list[str]]:
    """What a browser would send of the page's form that has this field, if one sent it as it is."""
    reader = _Fields()
    reader.feed(response.content.decode())
    return next(form for form in reader.forms if field in form)


def next_page(response: Any) -> str:
    """What the link to the following page adds to the address of a list."""
    found = re.search(r'rel="next" href="([^"]+)"', response.content.decode())
    assert found is not None
    return unescape(found[1])
