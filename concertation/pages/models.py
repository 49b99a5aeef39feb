"""The audits of the site's accessibility."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# RGAA 4.1 has 106 criteria.
CRITERIA = 106


class AccessibilityAudit(models.Model):
    """One audit of the site. A new one replaces it in the declaration; none is ever edited."""

    audited_on = models.DateField(_("date de l’audit"))
    auditor = models.CharField(_("réalisé par"), max_length=160)
    applicable = models.PositiveSmallIntegerField(
        _("critères applicables"), validators=[MinValueValidator(1), MaxValueValidator(CRITERIA)]
    )
    met = models.PositiveSmallIntegerField(_("critères respectés"), validators=[MaxValueValidator(CRITERIA)])
    not_accessible = models.TextField(_("contenus non accessibles"), blank=True)
    not_accessible_html = models.TextField(editable=False, blank=True)
    exempt = models.TextField(_("dérogations et contenus exemptés"), blank=True)
    exempt_html = models.TextField(editable=False, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["audited_on", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(applicable__gte=1), name="audit_has_criteria"),
            models.CheckConstraint(condition=models.Q(met__lte=models.F("applicable")), name="audit_meets_at_most_all"),
        ]

    def __str__(self) -> str:
        return f"{self.auditor}, {self.audited_on}"
