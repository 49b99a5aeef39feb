"""The state of accessibility that the site may claim: it follows from the last audit, and from nothing else."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..models import AccessibilityAudit

# The share of criteria, in percent, from which a site is « partiellement conforme » (article 4 of the order on RGAA).
PARTLY = 50


@dataclass(frozen=True)
class Declaration:
    audit: AccessibilityAudit | None

    @property
    def percent(self) -> int:
        """Share of the applicable criteria that are met, rounded down."""
        return self.audit.met * 100 // self.audit.applicable if self.audit else 0

    @property
    def state(self) -> str:
        if self.audit is None or self.percent < PARTLY:
            return _("non conforme")
        return _("totalement conforme") if self.audit.met == self.audit.applicable else _("partiellement conforme")


def declaration() -> Declaration:
    """Return the declaration after the last audit; « non conforme » until there is one."""
    return Declaration(AccessibilityAudit.objects.last())
