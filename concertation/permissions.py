"""Typed wrapper of django-rules, which has no types of its own."""

from collections.abc import Callable
from typing import Any, cast

import rules
from django.core.exceptions import PermissionDenied
from rules.predicates import Predicate

from .viewer import Viewer

__all__ = ["Predicate", "allow", "may", "predicate", "require"]


def predicate(test: Callable[[Viewer, Any], bool]) -> Predicate:
    """Make a predicate of one to three lines over ``(viewer, object)``, composable with ``&``, ``|`` and ``~``."""
    return cast(Predicate, rules.predicate(test))


def allow(permission: str, who: Predicate) -> None:
    """Add one line to the table of permissions."""
    rules.set_perm(permission, who)


def may(viewer: Viewer, permission: str, obj: object = None) -> bool:
    """Return whether ``viewer`` has ``permission`` on ``obj``; raise for an unknown permission."""
    if not rules.perm_exists(permission):
        raise LookupError(permission)
    return bool(rules.has_perm(permission, viewer, obj))


def require(viewer: Viewer, permission: str, obj: object = None) -> Viewer:
    """Raise ``PermissionDenied`` unless ``viewer`` has ``permission`` on ``obj``; return the viewer.

    A verb passes a viewer of its own, ``require(Viewer(by, now), …)``: facts memoised for a page decide nothing
    there.
    """
    if not may(viewer, permission, obj):
        raise PermissionDenied(permission)
    return viewer
