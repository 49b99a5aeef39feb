"""Frozen versions of a document: publish, read, redact and verify them, whatever the document is about.

An app subclasses ``FrozenVersion`` for a table of its own. ``number`` is the order of publication and never repeats.
``major`` and ``minor`` are the label that people read: 1, then 1.1 after a correction, 2 after a new version.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concertation.documents import canonical, versions
from concertation.documents.labels import FIRST, Label
from concertation.documents.model import Document, Entry, Quote, quotes_of, with_quotes
from concertation.documents.models import FrozenVersion
from concertation.texts.templatetags.french import Zone, day

V = TypeVar("V", bound=FrozenVersion)

_IMPRINT = (gettext_lazy("Version"), gettext_lazy("Publiée le"))


def latest_of(rows: models.QuerySet[V]) -> models.QuerySet[V]:
    """Return the last published version of each document."""
    subject = rows.model.subject_field
    newer = rows.model._base_manager.filter(
        **{subject: models.OuterRef(subject), "number__gt": models.OuterRef("number")}
    )
    return rows.filter(~models.Exists(newer))


def next_label(last: FrozenVersion | None, *, is_correction: bool = False) -> Label:
    """Return the label of the version after ``last``; refuse to correct what was never published."""
    if last is not None:
        return last.label.next(is_correction=is_correction)
    if is_correction:
        raise ValidationError(_("Rien n’est encore publié\u00a0: publiez une première version avant de la corriger."))
    return FIRST


def imprint(label: Label, at: datetime, zone: Zone) -> tuple[Entry, ...]:
    """Return the lines under a title that identify the version; comparisons leave them out."""
    return tuple(Entry(str(name), value) for name, value in zip(_IMPRINT, (str(label), day(at, zone)), strict=True))


def freeze(last: V | None, version: V, build: Callable[[Label], Document], *, is_correction: bool = False) -> V:
    """Fill ``version``, not yet saved, with the document under its label; refuse one equal to ``last``.

    Call it under the lock of what is published.
    """
    label = next_label(last, is_correction=is_correction)
    document = build(label)
    if last is not None and words_of(document) == words_of(last.as_document()):
        raise ValidationError(_("Rien n’a changé depuis la version %(label)s.") % {"label": last.label})
    sealed = versions.seal(document, versions.new_salts(document))
    version.number = last.number + 1 if last else 1
    version.major, version.minor = label
    version.document, version.sha256 = json.loads(canonical.to_json(sealed.document)), sealed.sha256
    return version


def redact(rows: models.QuerySet[V], is_gone: Callable[[Quote], bool]) -> None:
    """Remove the words of these quotes from stored versions, which still verify. Call it in a transaction."""
    for locked in rows.order_by("pk").select_for_update():
        document = locked.as_document()
        gone = {quote.id for quote in quotes_of(document) if is_gone(quote)}
        locked.document = json.loads(canonical.to_json(versions.redact(document, gone)))
        locked.save(update_fields=["document"])


def words_of(document: Document) -> Document:
    """Return the document without what is no change to readers: imprint, date, salts, addresses of the site."""
    entries = tuple(entry for entry in document.metadata if entry.label not in map(str, _IMPRINT))
    return replace(with_quotes(document, _spoken), metadata=entries, date="", base_url="")


def _spoken(quote: Quote) -> Quote:
    return Quote(quote.id, quote.text, quote.attribution, seal="retirée" if quote.is_redacted else "")
