"""Publish a legal page, and record an audit of accessibility."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation.accounts.models import LegalText, User
from concertation.consultations.actions.checking import LONGEST_TEXT, checked, with_html
from concertation.documents.conflicts import Version, conflict, merge
from concertation.journal.actions import record
from concertation.journal.receipts import acts_once, writes_once
from concertation.live.actions import announce
from concertation.permissions import require
from concertation.texts import markdown
from concertation.texts.clean import check_text
from concertation.viewer import Viewer

from ..live import legal_pages_changed
from ..models import AccessibilityAudit
from .texts import PAGES, blanks_in, published


@acts_once
def publish_legal_text(slug: str, *, body: str, expected_version: Version | None = None, by: User) -> LegalText:
    """Publish a new version of a legal page; the former ones stay."""
    require(Viewer(by), "pages.edit_legal_pages")
    page, body = PAGES[slug], _checked_body(body)
    html = str(markdown.render(body, profile=markdown.Profile.STAFF, top_heading=2).html)
    try:
        with transaction.atomic():
            list(LegalText.objects.filter(key=page.key).select_for_update().values_list("pk"))
            current = published(page)
            if current is not None:
                # Refuses a text written from a version that is no longer in force.
                merge(current, {"body": body}, expected_version)
                if current.body == body:
                    return current
            text = LegalText.objects.create(
                key=page.key,
                kind=page.kind,
                version=current.version + 1 if current else 1,
                title=str(page.title),
                body=body,
                html=html,
            )
            record("legal_text.published", text, by=by, details={"page": page.slug, "version": text.version})
            announce(legal_pages_changed())
    except IntegrityError:
        raise conflict(["body"]) from None
    return text


def _checked_body(body: str) -> str:
    try:
        body = check_text(body, max_length=LONGEST_TEXT)
    except ValidationError as error:
        raise ValidationError({"body": error}) from error
    blanks = blanks_in(body)
    if blanks:
        sentence = _("Il reste à compléter, entre crochets dans le texte\u00a0: %(blanks)s.")
        raise ValidationError({"body": sentence % {"blanks": "\u202f; ".join(blanks)}})
    return body


@writes_once
def record_audit(*, by: User, **fields: Any) -> AccessibilityAudit:
    """Record an audit of accessibility: the declaration then says what it found."""
    require(Viewer(by), "pages.edit_legal_pages")
    audit = AccessibilityAudit(**with_html(fields, "not_accessible", "exempt"))
    _check(audit)
    with transaction.atomic():
        audit.save()
        record("accessibility.audited", audit, by=by, details={"met": audit.met, "applicable": audit.applicable})
        announce(legal_pages_changed())
    return audit


def _check(audit: AccessibilityAudit) -> None:
    on: date | None = audit.audited_on
    if on and on > timezone.localdate():
        raise ValidationError({"audited_on": _("Cette date est à venir\u00a0: un audit se déclare une fois réalisé.")})
    if audit.met and audit.applicable and audit.met > audit.applicable:
        raise ValidationError({"met": _("Il ne peut y avoir plus de critères respectés que de critères applicables.")})
    checked(audit)
