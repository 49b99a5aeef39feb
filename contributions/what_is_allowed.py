"""What one may do with a contribution now, in one sentence on its page, and why the rest is refused."""

from django.utils.translation import gettext as _

from concertation.consultations.models import Phase
from concertation.consultations.standing import Standing
from concertation.texts.templatetags.french import day, moment

from .models import Contribution, State


def sentence_of(standing: Standing, contribution: Contribution) -> str:
    """Return what is allowed to this viewer and what is not, with the date that decides."""
    refusal = _refusal(standing, contribution)
    if refusal:
        return refusal
    phase, now = contribution.topic.phase, standing.now
    replies = phase.takes_replies(now) and not _is_locked(contribution)
    reacts = phase.takes_reactions(now)
    if replies and reacts:
        return _until(_("Vous pouvez répondre et réagir"), phase, standing)
    if replies:
        return _until(_("Vous pouvez répondre"), phase, standing) + " " + _("Les réactions sont closes.")
    if reacts:
        return _until(_("Vous pouvez réagir"), phase, standing) + " " + _("Les réponses sont closes.")
    if phase.is_over(now):
        when = day(phase.closes_at, phase.consultation.zone)
        return _("La phase est close depuis le %(day)s\u00a0: on ne peut plus ni répondre ni réagir.") % {"day": when}
    return _("Ici, on ne peut ni répondre ni réagir.")


def _refusal(standing: Standing, contribution: Contribution) -> str:
    """Return why nothing at all is allowed, or an empty string."""
    phase = contribution.topic.phase
    if standing.consultation.archived:
        return _("Cette concertation est archivée\u00a0: on ne peut plus ni répondre ni réagir.")
    if standing.suspension is not None:
        return _("Votre participation est suspendue\u00a0: vous ne pouvez ni répondre ni réagir.")
    if contribution.state != State.PUBLISHED:
        return _("Ce texte n’est pas affiché à tous\u00a0: on ne peut ni y répondre ni y réagir.")
    if phase.opens_at > standing.now:
        when = moment(phase.opens_at, phase.consultation.zone)
        return _("On pourra répondre et réagir à partir du %(when)s.") % {"when": when}
    return ""


def _is_locked(contribution: Contribution) -> bool:
    return contribution.locked if contribution.root is None else contribution.root.locked


def _until(allowed: str, phase: Phase, standing: Standing) -> str:
    """Add the end of the phase, if it is open."""
    if not phase.is_open(standing.now):
        return f"{allowed}."
    when = moment(phase.closes_at, phase.consultation.zone)
    return _("%(allowed)s, jusqu’au %(when)s.") % {"allowed": allowed, "when": when}
