"""Receipts make writes idempotent: a duplicate request (two clicks, a retry, Back and send) writes once.

The form of a verb that creates has a fresh uuid (``NamedForm``), which the view passes to the verb with the other
values; the verb (``writes_once``) stores it with the result, in one transaction.
"""

import json
import uuid
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from typing import Any, ParamSpec, TypeVar, cast

from django import forms
from django.apps import apps
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from concertation.prepared import Prepared

from .models import Receipt, label

P = ParamSpec("P")
M = TypeVar("M", bound=Model)

NAME = "client_uuid"
KEPT_FOR = timedelta(days=60)
REPEATED_WITHIN = timedelta(minutes=10)

_of_words = Prepared[str, Receipt](lambda digests: Receipt.objects.filter(digest__in=digests))

# The earlier result that this request was answered with, and whether another form with the same words made it.
_repeated: ContextVar[tuple[Model, bool] | None] = ContextVar("repeated", default=None)


class Conflict(ValidationError):
    """Raised when the uuid of a write belongs to another one: the form is rendered again with a new uuid."""

    def __init__(self, reason: str) -> None:
        sentence = _(
            "Ce formulaire a déjà servi à enregistrer autre chose. Rien n’est perdu : vos mots sont ci-dessous. "
            "Envoyez de nouveau pour les enregistrer aussi."
        )
        super().__init__(sentence, code="receipt", params={"reason": reason})


def writes_once(verb: Callable[P, M]) -> Callable[P, M]:
    """Decorate a verb that adds a row: it takes ``client_uuid`` and returns the first result to a duplicate request.

    The same words from a fresh page (Back, then send) are a duplicate too, for ten minutes.
    """
    return _once_of(verb, words_name_it=True)


def acts_once(verb: Callable[P, M]) -> Callable[P, M]:
    """Do the same for a verb that may be repeated with the same words (publish, suspend): by its uuid alone."""
    return _once_of(verb, words_name_it=False)


def _once_of(verb: Callable[P, M], *, words_name_it: bool) -> Callable[P, M]:
    @wraps(verb)
    def write_once(*args: P.args, **given: P.kwargs) -> M:
        values = cast(dict[str, Any], given)
        name = values.pop(NAME, None)
        said = {key: value for key, value in values.items() if key not in ("by", "now")}
        return once(
            name,
            actor=f"user:{values['by'].pk}",
            verb=verb.__qualname__,
            digest_of=json.dumps([args, said], default=_as_json, sort_keys=True),
            write=lambda: verb(*args, **given),
            stands=(lambda made: _is_unchanged(made, said)) if words_name_it else None,
        )

    write_once.writes_once = True  # type: ignore[attr-defined]
    return write_once


def once(
    client_uuid: uuid.UUID | str | None,
    *,
    actor: str,
    verb: str,
    digest_of: str,
    write: Callable[[], M],
    stands: Callable[[M], bool] | None = None,
) -> M:
    """Run ``write``, or return its first result; raise ``Conflict`` for another text under the same uuid.

    Without a uuid, ``write`` always runs. The receipt is inserted first, so that a duplicate request blocks on it and
    then writes nothing, no file either. With ``stands``, the same write under another uuid within ten minutes returns
    the first result too, while ``stands`` is true of it; two such requests at the same time may both write.
    """
    name = _parse(client_uuid)
    if name is None:
        return write()
    claim = Receipt(client_uuid=name, actor=actor, verb=verb, digest=sha256(digest_of.encode()).hexdigest())
    made = _made_lately(claim, stands) if stands else None
    if made is not None:
        _repeated.set((made, True))
        return made
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
            written = write()
            claim.object_label = label(written)
            claim.save(update_fields=["object_label"])
    except IntegrityError:
        first = Receipt.objects.filter(client_uuid=name).first()
        if first is None:
            raise
        return cast(M, _answer_of(first, claim))
    return written


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Replace the success message of a duplicate by « Déjà enregistré » with a link.

    A duplicate with the same uuid (two clicks) adds the first message again, which the message storage shows once.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        before = _repeated.set(None)
        try:
            response = get_response(request)
            made, is_identical = _repeated.get() or (None, False)
            if made is not None and is_identical and response.status_code in (302, 303):
                _add_identical_message(request, response, made)
            return response
        finally:
            _repeated.reset(before)

    return answer


def is_identical(made: Model) -> bool:
    """Return whether this request wrote nothing, because another form with the same words had."""
    return _repeated.get() == (made, True)


def identical(made: Model, href: str, *, opening: str = "") -> SafeString:
    """Add a message that these words were already recorded, with a link, and how to record them once more."""
    words = _("%(opening)s\u00a0: %(made)s. Pour le faire une seconde fois, changez un mot ou attendez dix minutes.")
    link = format_html('<a href="{}">{}</a>', href, getattr(made, "ref", None) or str(made))
    frame = words.replace("%(opening)s", "{}").replace("%(made)s", "{}")
    return format_html(frame, opening or _("Déjà enregistré"), link)


class NamedForm(forms.BaseForm):
    """Mixin for the form of a verb that creates: it has a uuid, fresh on each page."""

    def carry_name(self) -> None:
        """Add the hidden field. Call at the end of ``__init__``."""
        hidden = forms.HiddenInput(attrs={"id": False})  # several forms of one page may have the field
        self.fields[NAME] = forms.CharField(
            required=False, max_length=36, widget=hidden, initial=lambda: str(uuid.uuid4())
        )

    def add_error(self, field: str | None, error: Any) -> None:
        """Give the form a new uuid when its own belongs to another write."""
        if isinstance(error, Conflict) or field == NAME:
            data: Any = self.data.copy()  # type: ignore[attr-defined]
            data[self.add_prefix(NAME)] = str(uuid.uuid4())
            self.data = data
        super().add_error(field, error)


def purge(now: datetime) -> int:
    """Delete receipts older than any page that a browser may still show."""
    deleted, _by_model = Receipt.objects.filter(at__lt=now - KEPT_FOR).delete()
    return deleted


def _parse(client_uuid: uuid.UUID | str | None) -> uuid.UUID | None:
    if not client_uuid or isinstance(client_uuid, uuid.UUID):
        return client_uuid or None
    try:
        return uuid.UUID(client_uuid)
    except ValueError:
        raise Conflict("This is not the name of a write.") from None


def _made_lately(claim: Receipt, stands: Callable[[M], bool]) -> M | None:
    """Return what the same person made of the same words under another uuid, if ``stands`` is true of it."""
    same = [one for one in _of_words([claim.digest]) if (one.actor, one.verb) == (claim.actor, claim.verb)]
    others = (one for one in same if one.client_uuid != claim.client_uuid and one.at > claim.at - REPEATED_WITHIN)
    first = max(others, key=lambda one: one.pk, default=None)
    made = cast(M | None, _made_by(first)) if first else None
    return made if made is not None and stands(made) else None


def _is_unchanged(made: Model, said: dict[str, Any]) -> bool:
    """Return whether a row still has the words it was created with; an edited row is no duplicate."""
    return all(getattr(made, name, value) == value for name, value in said.items() if isinstance(value, str))


def _made_by(receipt: Receipt) -> Model | None:
    model_label, _sep, pk = receipt.object_label.partition(":")
    return cast(Model | None, apps.get_model(model_label)._base_manager.filter(pk=pk).first())


def _answer_of(receipt: Receipt, claim: Receipt) -> Model:
    if (receipt.actor, receipt.verb, receipt.digest) != (claim.actor, claim.verb, claim.digest):
        raise Conflict("This name was given to another write.")
    made = _made_by(receipt)
    if made is None:
        raise Conflict("What this write made is gone.")
    _repeated.set((made, False))
    return made


def _add_identical_message(request: HttpRequest, response: HttpResponse, made: Model) -> None:
    storage: Any = messages.get_messages(request)
    # Django has no public way to remove a message that this request added.
    storage._queued_messages = [one for one in storage._queued_messages if one.level != messages.SUCCESS]
    if not storage._queued_messages:
        messages.info(request, identical(made, response["Location"]))


def _as_json(value: Any) -> Any:
    """Return a JSON value that is equal for equal values of a form."""
    if isinstance(value, Model):
        return label(value)
    if isinstance(value, File):
        return [value.name, value.size]
    if isinstance(value, type):
        return value.__qualname__
    if isinstance(value, Iterable):
        return list(value)
    return str(value)
