"""Create a consultation, edit it and its charter, archive it, delete an unused draft."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from concertation.accounts.models import LegalText, User
from concertation.documents.conflicts import Version, forget, merge, rewrite, values_of
from concertation.journal.actions import record
from concertation.journal.receipts import acts_once, writes_once
from concertation.live.actions import announce, announced_together, changed
from concertation.permissions import require
from concertation.texts import markdown, zones
from concertation.texts.clean import check_line, check_text
from concertation.viewer import Viewer

from ..accent import check_accent
from ..live import SITE_ROOM, everything_changed, pages_changed
from ..models import Consultation, Role, SlugHistory, Topic
from ..outline import Outline, usual
from ..search import forget_news
from .checking import LONGEST_TEXT, assign, checked, first_free, moves, with_html
from .invitations import invite
from .outlines import fill_lists, fill_programme
from .roles import save_role

_MARKDOWN = ("presentation", "how_words_are_used")


@writes_once
def create_consultation(
    *,
    title: str,
    slug: str = "",
    organiser: User | str = "",
    outline: Outline | None = None,
    now: datetime | None = None,
    by: User,
    **fields: Any,
) -> Consultation:
    """Create a draft consultation with its lists, its charter and its phases.

    ``organiser`` is a person, or the address of one without an account, who is invited; only the administrator names
    somebody else. Without an outline it has the usual lists; without a slug, one made from its title.
    """
    viewer = Viewer(by, now)
    require(viewer, "consultations.create_consultation")
    outline, now = outline or usual(), viewer.now
    slug = slug or free_slug(title)
    consultation = Consultation(slug=slug, title=title, **with_html(fields, *_MARKDOWN))
    check_consultation(consultation)
    check_accent(consultation.accent)
    with transaction.atomic(), announced_together():
        consultation.save()
        fill_lists(consultation, outline)
        record("consultation.created", consultation, by=by, consultation_id=consultation.pk)
        _hand_over(consultation, (organiser or by) if viewer.is_administrator else by, now=now, by=by)
        if outline.charter:
            title, body = outline.charter
            publish_charter(consultation, title=title, body=body, by=by)
        fill_programme(consultation, outline.phases, by=by)
    return Consultation.objects.get(pk=consultation.pk)


def edit_consultation(
    consultation: Consultation, *, expected_version: Version | None = None, by: User, **fields: Any
) -> Consultation:
    """Change the texts and settings of a consultation; a former address still leads to it."""
    require(Viewer(by), "consultations.organise", consultation)
    fields = with_html(fields, *_MARKDOWN)
    with transaction.atomic():
        consultation = locked_with_phases(consultation)
        now = timezone.now()
        fields = rewrite(consultation, fields, expected_version, by=by)
        was_public, before = consultation.is_public(now), values_of(consultation, fields)
        edited = assign(consultation, fields)
        if not edited:
            return consultation
        check_consultation(consultation)
        if "accent" in edited:
            check_accent(consultation.accent)
        consultation.save(update_fields=edited)
        if "slug" in edited:
            SlugHistory.objects.filter(slug=consultation.slug, consultation=consultation).delete()
            SlugHistory.objects.get_or_create(slug=before["slug"], consultation=consultation)
        details = moves(before, consultation, edited)
        record("consultation.edited", consultation, by=by, consultation_id=consultation.pk, details=details)
        has_left = was_public and not consultation.is_public(now)
        left = [changed(consultation, "site", rooms=[SITE_ROOM])] if has_left else []
        announce(*everything_changed(consultation), *left)
    return consultation


def is_deletable(consultation: Consultation, now: datetime) -> bool:
    """Return whether it is a draft that nobody joined, with no topic and no invitation sent."""
    return not (
        consultation.is_public(now)
        or consultation.participations.exists()
        or consultation.invitations.exists()
        or Topic.every.filter(phase__consultation=consultation).exists()
    )


def delete_consultation(consultation: Consultation, *, by: User, now: datetime | None = None) -> None:
    """Delete a consultation while it is an unused draft; after that it can only be archived."""
    require(Viewer(by, now), "consultations.manage", consultation)
    with transaction.atomic():
        locked = Consultation.objects.select_for_update(of=("self",)).filter(pk=consultation.pk).first()
        if locked is None:
            return
        if not is_deletable(locked, now or timezone.now()):
            raise ValidationError(
                _("Cette concertation a déjà servi : elle ne peut plus être supprimée. Vous pouvez l’archiver."),
                code="used",
            )
        record("consultation.deleted", locked, by=by, details={"slug": locked.slug})
        try:
            forget(locked)
            forget_news(locked)
            locked.delete()
        except ProtectedError as error:
            raise ValidationError(_("Cette concertation a déjà servi. Vous pouvez l’archiver."), code="used") from error


def archive_consultation(consultation: Consultation, *, by: User, now: datetime | None = None) -> Consultation:
    """Archive a consultation: it stays readable, and nothing more can be written in it."""
    return _set_archived(consultation, now or timezone.now(), verb="consultation.archived", by=by)


def reopen_consultation(consultation: Consultation, *, by: User) -> Consultation:
    """Take a consultation out of the archives."""
    return _set_archived(consultation, None, verb="consultation.reopened", by=by)


@acts_once
def publish_charter(
    consultation: Consultation, *, title: str, body: str, expected_version: Version | None = None, by: User
) -> LegalText:
    """Publish a new version of the charter. People who accepted an older version have accepted that one only."""
    require(Viewer(by), "consultations.organise", consultation)
    title, body = _checked_charter(title, body)
    html = str(markdown.render(body, profile=markdown.Profile.STAFF, top_heading=2).html)
    typed = {"title": title, "body": body, "body_html": html}
    key = f"charter:{consultation.pk}"
    with transaction.atomic():
        consultation = Consultation.objects.select_for_update().select_related(None).get(pk=consultation.pk)
        current = consultation.charter
        if current:
            typed = {"title": current.title, "body": current.body, "body_html": current.html} | merge(
                current, typed, expected_version
            )
            if (current.title, current.body) == (typed["title"], typed["body"]):
                return current
        last = LegalText.objects.filter(key=key).order_by("-version").first()
        charter = LegalText.objects.create(
            key=key,
            kind=LegalText.Kind.CHARTER,
            version=last.version + 1 if last else 1,
            title=typed["title"],
            body=typed["body"],
            html=typed["body_html"],
        )
        consultation.charter = charter
        consultation.save(update_fields=["charter"])
        details = {"version": charter.version}
        record("charter.published", charter, by=by, consultation_id=consultation.pk, details=details)
        announce(*pages_changed(consultation))
    return charter


def locked_with_phases(consultation: Consultation) -> Consultation:
    """Lock the phases, then the consultation: the lock order of the verbs of the programme."""
    list(consultation.phases.select_for_update().order_by("pk").values_list("pk"))
    return Consultation.objects.select_for_update().get(pk=consultation.pk)


def _hand_over(consultation: Consultation, organiser: User | str, *, now: datetime, by: User) -> None:
    if isinstance(organiser, User):
        save_role(consultation, user=organiser, role=Role.ORGANISER, ends_at=None, now=now, by=by)
    else:
        invite(consultation, email=organiser, role=Role.ORGANISER, organisation=None, now=now, by=by)


def free_slug(title: str) -> str:
    """Return an address made from the title, which no consultation has or had."""
    base = slugify(title)[:56].strip("-") or "concertation"
    taken = {*Consultation.objects.values_list("slug", flat=True), *SlugHistory.objects.values_list("slug", flat=True)}
    return first_free(base, taken)


def check_consultation(consultation: Consultation) -> None:
    if not zones.exists(consultation.zone):
        raise ValidationError({"zone": _("Ce fuseau horaire n’existe pas. Exemple : Europe/Paris.")})
    if Consultation.objects.filter(slug=consultation.slug).exclude(pk=consultation.pk).exists():
        raise ValidationError({"slug": _("Cette adresse est déjà prise. Choisissez-en une autre.")})
    taken = SlugHistory.objects.filter(slug=consultation.slug).exclude(consultation=consultation.pk)
    if taken.exists():
        raise ValidationError(
            {"slug": _("Cette adresse a déjà servi à une autre concertation. Choisissez-en une autre.")}
        )
    checked(consultation)


def _checked_charter(title: str, body: str) -> tuple[str, str]:
    words = {"title": (title, 160), "body": (body, LONGEST_TEXT)}
    kept, errors = {}, {}
    for name, (value, limit) in words.items():
        try:
            kept[name] = (check_line if name == "title" else check_text)(value, max_length=limit)
        except ValidationError as error:
            errors[name] = error
    if errors:
        raise ValidationError(errors)
    return kept["title"], kept["body"]


def _set_archived(consultation: Consultation, at: datetime | None, *, verb: str, by: User) -> Consultation:
    require(Viewer(by), "consultations.archive", consultation)
    with transaction.atomic():
        consultation = locked_with_phases(consultation)
        if consultation.archived == (at is not None):
            return consultation
        consultation.archived_at = at
        consultation.save(update_fields=["archived_at"])
        record(verb, consultation, by=by, consultation_id=consultation.pk)
        announce(*everything_changed(consultation))
    return consultation
