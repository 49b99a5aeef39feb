"""The one typed door to django-rules, which has no types of its own."""

from collections.abc import Callable
from typing import Any, cast

import rules
from django.core.exceptions import PermissionDenied
from rules.predicates import Predicate

from .viewer import Viewer

__all__ = ["Predicate", "allow", "may", "predicate", "require"]


def predicate(test: Callable[[Viewer, Any], bool]) -> Predicate:
    """Make a rule of one to three lines over ``(viewer, object)``, composable with ``&``, ``|`` and ``~``."""
    return cast(Predicate, rules.predicate(test))


def allow(permission: str, who: Predicate) -> None:
    """Enter one line in the table of permissions."""
    rules.set_perm(permission, who)


def may(viewer: Viewer, permission: str, obj: object = None) -> bool:
    """Return whether ``viewer`` holds ``permission`` on ``obj``; an unknown permission is an error, not a refusal."""
    if not rules.perm_exists(permission):
        raise LookupError(permission)
    return bool(rules.has_perm(permission, viewer, obj))


def require(viewer: Viewer, permission: str, obj: object = None) -> Viewer:
    """Refuse with ``PermissionDenied`` unless ``viewer`` holds ``permission`` on ``obj``; return the viewer.

    A verb gives a viewer of its own, ``require(Viewer(by, now), …)``: what a page remembers decides nothing there.
    """
    if not may(viewer, permission, obj):
        raise PermissionDenied(permission)
    return viewer
