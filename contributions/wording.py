"""Validate and render a typed text, before any lock."""

from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from concertation.consultations.models import Consultation, Nature, Phase, Stake
from concertation.prepared import Prepared
from concertation.texts import markdown
from concertation.texts.clean import check_line, check_text

from .models.contribution import TITLE_LENGTH

TYPED_LENGTH = 10_000
ENTERED_LENGTH = 50_000

_natures_of_phases = Prepared[int, Nature](lambda phases: Nature.objects.filter(phases__in=phases))
_natures_of_consultations = Prepared[int, Nature](lambda pks: Nature.objects.filter(consultation__in=pks))
_stakes_of_consultations = Prepared[int, Stake](lambda pks: Stake.objects.filter(consultation__in=pks))


@dataclass(frozen=True, slots=True)
class Wording:
    """A title and a body to be stored, with the HTML and the plain text of the body."""

    title: str
    body: str
    html: str
    plain: str


def word(body: str, *, title: str = "", is_reply: bool = False, max_length: int = TYPED_LENGTH) -> Wording:
    """Validate field by field, and render once."""
    errors: dict[str, ValidationError] = {}
    try:
        body = check_text(body, max_length=max_length)
    except ValidationError as error:
        errors["body"] = error
    try:
        title = _one_line(title)
    except ValidationError as error:
        errors["title"] = error
    if errors:
        raise ValidationError(errors)
    rendered = markdown.render(body)
    if not rendered.plain.strip():
        raise ValidationError({"body": _("Votre texte est vide. Écrivez au moins une phrase.")})
    return Wording("" if is_reply else title, body, rendered.html, rendered.plain)


def _one_line(title: str) -> str:
    return check_line(title, max_length=TITLE_LENGTH, blank=True)


def check_frame(consultation: Consultation, phase: Phase, nature: Nature | None, stakes: Collection[Stake]) -> None:
    """Refuse a nature that this phase does not offer and stakes of another consultation."""
    errors = {}
    if nature is not None and nature not in natures_of(phase):
        errors["nature"] = _("Cette phase ne propose pas « %(nature)s ». Choisissez dans la liste.") % {
            "nature": nature
        }
    if any(stake.consultation_id != consultation.pk for stake in stakes):
        errors["stakes"] = _("Choisissez des enjeux de cette concertation.")
    if errors:
        raise ValidationError(errors)


def natures_of(phase: Phase) -> list[Nature]:
    """Return the natures of this phase, or all those of the consultation if it chose none."""
    return _natures_of_phases([phase.pk]) or _natures_of_consultations([phase.consultation_id])


def stakes_of(consultation: Consultation) -> list[Stake]:
    """Return the stakes of this consultation, in order."""
    return _stakes_of_consultations([consultation.pk])
