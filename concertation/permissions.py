"""The one typed door to django-rules, which has no types of its own."""

from collections.abc import Callable
from typing import Any, cast

import rules
from django.core.exceptions import PermissionDenied
from rules.predicates import Predicate

from .asking import anew

__all__ = ["Predicate", "allow", "may", "predicate", "require"]


def predicate(test: Callable[[Any, Any], bool]) -> Predicate:
    """A rule of one to three lines over ``(user, object)``, composable with ``&``, ``|`` and ``~``."""
    return cast(Predicate, rules.predicate(test))


def allow(permission: str, who: Predicate) -> None:
    """Enter one line in the table of permissions."""
    rules.set_perm(permission, who)


def may(user: Any, permission: str, obj: object = None) -> bool:
    """Whether ``user`` holds ``permission`` on ``obj``; an unknown permission is an error, not a refusal."""
    if not rules.perm_exists(permission):
        raise LookupError(permission)
    return bool(rules.has_perm(permission, user, obj))


def require(user: Any, permission: str, obj: object = None) -> None:
    """Refuse with ``PermissionDenied`` unless ``user`` holds ``permission`` on ``obj``, as the database has it now."""
    with anew():
        if not may(user, permission, obj):
            raise PermissionDenied(permission)
