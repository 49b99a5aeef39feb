"""A write sent twice is written once: the browser names it, we keep what it was answered."""

import uuid
from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar, cast

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Model

from .models import Receipt, label

M = TypeVar("M", bound=Model)


class Conflict(Exception):
    """The same name was given to another write: answer 409 and leave the text in the page."""


def once(client_uuid: uuid.UUID | str | None, *, actor: str, verb: str, digest_of: str, write: Callable[[], M]) -> M:
    """The first call writes; the same call again returns what the first one wrote; another text is a conflict.

    Without a name (a form sent without JavaScript by an old page) the write is simply made.
    """
    name = _parse(client_uuid)
    if name is None:
        return write()
    claim = Receipt(client_uuid=name, actor=actor, verb=verb, digest=sha256(digest_of.encode()).hexdigest())
    try:
        with transaction.atomic():
            written = write()
            claim.object_label = label(written)
            claim.save(force_insert=True)
    except Exception:
        # Nothing of ours remains. If the name was taken, whatever failed did so because it had been written already.
        first = Receipt.objects.filter(client_uuid=name).first()
        if first is None:
            raise
        return cast(M, _answer_of(first, claim))
    return written


def _parse(client_uuid: uuid.UUID | str | None) -> uuid.UUID | None:
    if not client_uuid or isinstance(client_uuid, uuid.UUID):
        return client_uuid or None
    try:
        return uuid.UUID(client_uuid)
    except ValueError:
        raise Conflict("This is not the name of a write.") from None


def _answer_of(receipt: Receipt, claim: Receipt) -> Model:
    if (receipt.actor, receipt.verb, receipt.digest) != (claim.actor, claim.verb, claim.digest):
        raise Conflict("This name was given to another write.")
    model_label, _, pk = receipt.object_label.partition(":")
    try:
        return cast(Model, apps.get_model(model_label)._base_manager.get(pk=pk))
    except ObjectDoesNotExist:
        raise Conflict("What this write made is gone.") from None
