"""Serialise a document as JSON, the same bytes each time: what is stored, exported, hashed and read back.

Keys are sorted, without white space, and a field at its default is left out: a field that a later version adds
changes no bytes, hence no hash, of a document that does not use it.
"""

import json
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from django.utils.translation import gettext as _

from concertation.documents.model import Document

SCHEMA = "concertation-document/1"


class BadDocument(ValueError):
    """Raised when the input is not a document of this schema; the message is a French sentence."""


def to_json(document: Document) -> bytes:
    """Return the canonical bytes of a document, in UTF-8."""
    value = {"schema": SCHEMA, **_to_value(document)}
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise BadDocument(_("Ce document contient un caractère incomplet, qui ne peut pas être enregistré.")) from error


def from_json(data: bytes | str) -> Document:
    """Parse a document; refuse anything that is not exactly one."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadDocument(_("Ce fichier n’est pas un document lisible.")) from error
    if not isinstance(value, dict) or value.pop("schema", None) != SCHEMA:
        raise BadDocument(_("Ce fichier n’est pas un document de ce site (format %s attendu).") % SCHEMA)
    try:
        document = _from_value(value, Document)
    except RecursionError as error:
        raise BadDocument(_("Ce document est trop profondément imbriqué.")) from error
    assert isinstance(document, Document)
    to_json(document)
    return document


def _to_value(node: Any) -> Any:
    if isinstance(node, tuple):
        return [_to_value(child) for child in node]
    if not is_dataclass(node):
        return node
    kept = {field.name: getattr(node, field.name) for field in fields(node) if not _is_default(node, field)}
    return {"type": _tag(type(node)), **{name: _to_value(value) for name, value in kept.items()}}


def _is_default(node: Any, field: Any) -> bool:
    return field.default is not MISSING and getattr(node, field.name) == field.default


def _from_value(value: Any, hint: Any) -> Any:
    if get_origin(hint) is tuple:
        return tuple(_from_value(child, get_args(hint)[0]) for child in _expect(value, list))
    if isinstance(hint, UnionType):
        kinds = {_tag(kind): kind for kind in get_args(hint)}
        tag = _expect(value, dict).get("type")
        if tag not in kinds:
            raise BadDocument(_("Ce document contient un élément inconnu : « %s ».") % tag)
        return _from_value(value, kinds[tag])
    if is_dataclass(hint):
        return _read_node(_expect(value, dict), hint)
    return _expect(value, hint)


def _read_node(value: dict[str, Any], kind: Any) -> Any:
    hints = _hints(kind)
    given = {name: child for name, child in value.items() if name != "type"}
    required = {field.name for field in fields(kind) if field.default is MISSING}
    if value.get("type") != _tag(kind) or not required <= set(given) <= set(hints):
        raise BadDocument(_("Ce document contient un élément mal formé : « %s ».") % _tag(kind))
    return kind(**{name: _from_value(child, hints[name]) for name, child in given.items()})


def _expect(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise BadDocument(_("Ce document contient une valeur d’un type inattendu."))
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _tag(kind: type) -> str:
    return kind.__name__.lower()
