"""A report by someone who does not take part yet: stored in their session, then made after log-in and joining."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concertation.accounts import deferred_acts
from concertation.accounts.deferred_acts import ActKind, DeferredAct, Outcome
from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.consultations.actions.suspensions import SUSPENDED
from concertation.consultations.audiences import suspension_of
from concertation.consultations.models import Reason
from concertation.viewer import Viewer

from ..actions import moderation
from ..deferred_acts import first_step, has_joined
from ..fetch import fetch_contribution
from ..models import Contribution

REPORT = "report"
REPORTED = gettext_lazy("Merci. La modération lira cette contribution.")
NOT_SHOWN = gettext_lazy("Cette contribution n’est plus affichée\u00a0: il n’y a plus rien à signaler.")


def store_report(request: HttpRequest, contribution: Contribution, given: dict[str, Any], *, back: str) -> DeferredAct:
    payload = {"slug": contribution.consultation.slug, "number": contribution.number, "ref": contribution.ref}
    chosen = {"reason": given["reason"].pk, "text": given["text"], "back": back}
    return deferred_acts.store(request, REPORT, payload | chosen)


def refusal_of_report(contribution: Contribution, *, reason: Reason, text: str, by: Any) -> str:
    """Report; return the reason in words if that is refused."""
    if suspension_of(Viewer(by), contribution.consultation):
        return str(SUSPENDED)
    try:
        moderation.report_contribution(contribution, reason=reason, text=text, by=by)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _report_stored(request: AuthenticatedHttpRequest, act: DeferredAct) -> Outcome:
    given = act.payload
    try:
        contribution = fetch_contribution(request, given["slug"], given["number"])
    except Http404:
        messages.warning(request, NOT_SHOWN)
        return Outcome(given["back"])
    if not has_joined(request, contribution.consultation):
        return Outcome(first_step(request, act, given["slug"]), is_done=False)
    reason = _reason(given["reason"])
    try:
        refusal = refusal_of_report(contribution, reason=reason, text=given["text"], by=request.user) if reason else ""
    except PermissionDenied:
        refusal = _("Vous ne pouvez pas signaler cette contribution.")
    if reason is None:
        refusal = _("Le motif que vous aviez choisi n’est plus proposé. Signalez cette contribution à nouveau.")
    if refusal:
        messages.warning(request, refusal)
    else:
        messages.success(request, REPORTED)
    return Outcome(given["back"])


def _reason(pk: int) -> Reason | None:
    return Reason.objects.filter(pk=pk).first()


def _show(request: HttpRequest, payload: Mapping[str, Any]) -> str:
    shown = {"ref": payload["ref"], "reason": _reason(payload["reason"]), "text": payload["text"]}
    return render_to_string("moderation/deferred_report.html", shown)


def register() -> None:
    deferred_acts.kinds.add(
        ActKind(
            name=REPORT,
            title=gettext_lazy("Envoyer votre signalement"),
            submit=gettext_lazy("Envoyer mon signalement"),
            show=_show,
            perform=_report_stored,
        )
    )
