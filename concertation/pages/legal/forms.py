"""Forms of the legal pages."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from concertation.accounts.models import LegalText
from concertation.consultations.forms.frame import RowForm

from ..models import AccessibilityAudit
from .texts import LegalPage, published


class LegalTextForm(RowForm):
    """The text of one page, filled from its model before the first version."""

    class Meta:
        model = LegalText
        fields: ClassVar[list[str]] = ["body"]
        widgets: ClassVar[dict[str, Any]] = {"body": forms.Textarea(attrs={"rows": 24})}
        help_texts: ClassVar[dict[str, Any]] = {
            "body": _(
                "Mise en forme Markdown : ## titre, **gras**, listes, liens. Remplacez ce qui est entre crochets."
            )
        }

    def __init__(self, *args: Any, page: LegalPage, **kwargs: Any) -> None:
        self.page = page
        current = published(page)
        initial = {} if current else {"body": page.model}
        super().__init__(*args, instance=current, initial=initial, **kwargs)
        if current is None:
            self.follow(self.stored_now())  # so that a first version by somebody else meanwhile is a conflict

    def stored_now(self) -> dict[str, Any]:
        current = published(self.page)
        return {"body": current.body if current else ""}


class AuditForm(RowForm):
    class Meta:
        model = AccessibilityAudit
        fields: ClassVar[list[str]] = ["audited_on", "auditor", "applicable", "met", "not_accessible", "exempt"]
        widgets: ClassVar[dict[str, Any]] = {
            "audited_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "not_accessible": forms.Textarea(attrs={"rows": 6}),
            "exempt": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "auditor": _("La personne ou l’organisme qui a vérifié les critères."),
            "applicable": _("Sur les 106 critères du RGAA 4.1, ceux qui concernent ce site."),
            "not_accessible": _("Un point par ligne : ce qui manque, et sur quelles pages. Mise en forme Markdown."),
            "exempt": _("Ce que la loi n’oblige pas à rendre accessible, et pourquoi."),
        }
