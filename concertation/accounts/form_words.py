"""List the answers of a saved form in the words of its page: each label, and the label of each choice.

The page is fetched from its own view, for the person who views it: they are shown nothing that they could not see
there, and forms need no registration. Hidden fields are left out.
"""

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from datetime import date, time
from html.parser import HTMLParser
from itertools import groupby
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, QueryDict
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from concertation.texts.clean import one_line
from concertation.texts.templatetags.french import WIDE, day

from .models import SavedForm, words_of

OWN_PAGE = "accounts:saved_form"
_LEFT_OUT = {"field__optional", "visually-hidden"}  # classes whose text is not part of the label
_VOID = {"input", "br", "img", "hr", "use", "path", "link", "meta", "source", "wbr"}
_BUTTONS = {"submit", "button", "image", "reset"}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; ``label`` is empty if the field is not on the page."""

    label: str
    text: str


@dataclass
class Control:
    kind: str
    value: str = ""
    label: list[str] = field(default_factory=list)
    legend: list[str] = field(default_factory=list)
    options: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Form:
    action: str
    controls: dict[str, list[Control]] = field(default_factory=dict)


def answers_in(request: HttpRequest, saved: SavedForm) -> list[Answer]:
    """Return the answers of a saved form, with the labels of its page; without labels where there is no such page."""
    sent: dict[str, list[str]] = {}
    for name, value in saved.fields:
        sent.setdefault(name, []).append(value)
    form = _form_of(request, saved, sent)
    rows = [row for name, values in sent.items() for row in _rows(name, values, form.controls.get(name, []))]
    return list(_together(rows))


def _form_of(request: HttpRequest, saved: SavedForm, sent: Iterable[str]) -> Form:
    """Return the form with that action, on the page that held it or on its own page."""
    for page in filter(None, (saved.page, saved.address)):
        forms = forms_in(_html_of(request, page), page)
        ours = [one for one in forms if urlsplit(one.action).path == urlsplit(saved.address).path]
        best = max(ours, key=lambda one: len(one.controls.keys() & set(sent)), default=None)
        if best is not None and best.controls.keys() & set(sent):
            return best
    return Form(saved.address)


def _html_of(request: HttpRequest, address: str) -> str:
    """Return the HTML that this person gets at an address of the site; empty where they get none."""
    path, query = urlsplit(address).path, urlsplit(address).query
    try:
        found = resolve(path)
        if found.view_name == OWN_PAGE:
            return ""
        answer = found.func(_asking(request, path, query), *found.args, **found.kwargs)
    except (Http404, PermissionDenied, Resolver404):
        return ""
    is_page = answer.status_code == 200 and answer.headers.get("Content-Type", "").startswith("text/html")
    return answer.content.decode() if is_page and not answer.streaming else ""


class _Silent(list[Any]):
    """Storage of messages for a request that nobody sees: it reads and stores none."""

    def add(self, *_said: Any, **_more: Any) -> None:
        pass


def _asking(request: HttpRequest, path: str, query: str) -> HttpRequest:
    asking: Any = copy(request)
    asking.method, asking.path, asking.path_info = "GET", path, path
    asking.META = {**request.META, "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query}
    asking.GET, asking.POST, asking._messages = QueryDict(query), QueryDict(), _Silent()
    asking.resolver_match = None
    return asking  # type: ignore[no-any-return]


def forms_in(html: str, page: str) -> list[Form]:
    reader = _Reader(page)
    reader.feed(html)
    return reader.forms


class _Reader(HTMLParser):
    """Parser of a page's POST forms: each field with its label."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.forms = page, list[Form]()
        # tag, whether its text is ignored, what its text belongs to
        self._open: list[tuple[str, bool, list[str] | None]] = []
        self._legends: list[list[str]] = []
        self._labels: dict[str, list[str]] = {}  # by the id of their field
        self._form: Form | None = None
        self._select: Control | None = None

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = {name: value or "" for name, value in attrs}
        taker: list[str] | None = None
        if tag == "form":
            self._form = Form(urljoin(self.page, given.get("action", "")))
            if given.get("method", "").lower() == "post":
                self.forms.append(self._form)
        elif tag == "fieldset":
            self._legends.append([])
        elif tag == "legend" and self._legends:
            taker = self._legends[-1]
        elif tag == "label":
            taker = self._labels.setdefault(given.get("for", ""), []) if given.get("for") else []
        elif tag in ("input", "select", "textarea", "button"):
            taker = self._take_control(tag, given)
        elif tag == "option" and self._select is not None:
            taker = self._select.options.setdefault(given.get("value", ""), [])
        if tag not in _VOID:
            self._open.append((tag, bool(_LEFT_OUT & set(given.get("class", "").split())), taker))

    def handle_endtag(self, tag: str) -> None:
        if tag in [one[0] for one in self._open]:
            while self._open.pop()[0] != tag:
                pass
        if tag == "fieldset" and self._legends:
            self._legends.pop()
        elif tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if not any(left_out for _tag, left_out, _taker in self._open):
            for _tag, _left_out, taker in self._open:
                if taker is not None:
                    taker.append(data)

    def _take_control(self, tag: str, given: dict[str, str]) -> list[str] | None:
        """Add a field; return what the text inside it belongs to, that of a button being its label."""
        kind = given.get("type", "text" if tag == "input" else "submit") if tag in ("input", "button") else tag
        control = Control(kind, given.get("value", "on" if kind in ("checkbox", "radio") else ""))
        control.legend = self._legends[-1] if self._legends else []
        if given.get("id"):
            control.label = self._labels.setdefault(given["id"], [])
        if self._form is not None and given.get("name"):
            self._form.controls.setdefault(given["name"], []).append(control)
        if tag == "select":
            self._select = control
        return control.label if tag == "button" else None


def _rows(name: str, values: list[str], controls: list[Control]) -> Iterator[Answer]:
    if not controls:
        yield from (Answer("", one) for one in words_of((name, value) for value in values))
        return
    control = controls[0]
    label, legend = _plain(control.label), _plain(control.legend)
    if control.kind in ("radio", "checkbox"):
        chosen = [_plain(one.label) for one in controls if one.value in values and one.kind == control.kind]
        # A single box is named by its own label; one of several by the label of its group.
        yield from (
            [Answer(legend, ", ".join(chosen))] if legend and chosen else [Answer(one, _("oui")) for one in chosen]
        )
    elif control.kind == "select":
        chosen = [_plain(control.options.get(value, [value])) for value in values if value]
        yield from [Answer(label, ", ".join(chosen))] if chosen else []
    elif control.kind in _BUTTONS:
        yield from (Answer("", _plain(one.label)) for one in controls if one.value in values and _plain(one.label))
    elif control.kind not in ("hidden", "password"):
        named = f"{legend}, {label}" if legend and label else label or legend
        yield from (Answer(named, _shown(control.kind, value)) for value in values if value.strip())


def _shown(kind: str, value: str) -> str:
    """Return a date and time in French; anything else as typed."""
    try:
        if kind == "date":
            return day(date.fromisoformat(value))
        if kind == "time":
            at = time.fromisoformat(value)
            return f"{at.hour}{WIDE}h{WIDE}{at.minute:02}" if at.minute else f"{at.hour}{WIDE}h"
    except ValueError:
        pass
    return value


def _together(rows: list[Answer]) -> Iterator[Answer]:
    """Join the values of one label, such as a day and its hour."""
    for label, group in groupby(rows, key=lambda row: row.label):
        texts = [row.text for row in group]
        yield from [Answer(label, ", ".join(texts))] if label else [Answer("", text) for text in texts]


def _plain(words: list[str]) -> str:
    return one_line("".join(words))
