"""Files rendered while somebody waits for them: one at a time in a process, so that no second web thread is held."""

import hashlib
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from concertation.documents import canonical
from concertation.documents.export import FORMATS, Exported, export
from concertation.documents.model import Document

RETRY_AFTER = 10  # seconds
_AT_ONCE = frozenset({"json"})  # written by no program, in milliseconds

logger = logging.getLogger(__name__)
_rendering = threading.Lock()


class Busy(Exception):
    """Another file is being rendered in this process."""


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the place of the one rendering; raise ``Busy`` at once where it is taken."""
    if not _rendering.acquire(blocking=False):
        raise Busy
    try:
        yield
    finally:
        _rendering.release()


class _Last:
    """The file rendered last: whoever was told to wait for the same one has it without a second rendering."""

    key: tuple[str, str] = ("", "")
    file: Exported | None = None


def rendered(document: Document, fmt: str) -> Exported:
    """The document in a format, rendered now or just before; raise ``Busy`` while another file is rendered."""
    if fmt in _AT_ONCE:
        return export(document, fmt)
    key = (hashlib.sha256(canonical.to_json(document)).hexdigest(), fmt)
    known = _Last.file
    if known is not None and _Last.key == key:
        return known
    with one_at_a_time():
        file = export(document, fmt)
        _Last.key, _Last.file = key, file
        return file


def told_to_wait(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer with a page that says when to ask again, where the view raises ``Busy``."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Busy:
            response = render(request, "503.html", status=503)
            response["Retry-After"] = str(RETRY_AFTER)
            response["Cache-Control"] = "no-store"
            # An answer, not a fault: Django would log it as an error.
            response._has_been_logged = True  # type: ignore[attr-defined]
            logger.info("Told to wait for another file: %s", request.path)
            return response

    return guarded


def attached(document: Document, fmt: str, name: str) -> HttpResponse:
    """Answer with the document as a file called ``name``; an unknown format is not found."""
    if fmt not in FORMATS:
        raise Http404(fmt)
    made = rendered(document, fmt)
    response = HttpResponse(made.content, content_type=made.content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{made.extension}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
