"""The pages of moderation: report, queue, decide."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from concertation.accounts.addresses import next_path
from concertation.accounts.http import AuthenticatedHttpRequest, NotSaved, SeeOther
from concertation.consultations.audiences import suspension_of
from concertation.consultations.fetch import fetch_consultation
from concertation.consultations.models import Consultation
from concertation.consultations.views.refusals import add_to_form
from concertation.permissions import may, require
from concertation.viewer import viewer_of

from ..actions import moderation
from ..deferred_acts import first_step, has_joined
from ..fetch import followed
from ..models import Contribution, DecisionAct, State
from ..permalinks import page_before
from .deferred_acts import NOT_SHOWN, REPORTED, refusal_of_report, store_report
from .forms import DecisionForm, ReportForm
from .live import count_row
from .queue import as_pending, hidden_page, hidden_pks, hidden_rows, pending_page, pending_pks, pending_rows

PAGE = 20


def _fetch(request: HttpRequest, slug: str, number: int, *, follows: Sequence[str] = ()) -> Contribution:
    if follows:
        return followed(request, slug, number, follows, lambda: _fetch(request, slug, number))
    consultation = fetch_consultation(request, slug)
    seen = Contribution.objects.visible_to(viewer_of(request), consultation).with_row()
    found = seen.filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _moderated(request: HttpRequest, slug: str) -> Consultation:
    consultation = fetch_consultation(request, slug, follows=["moderation"])
    require(viewer_of(request), "contributions.read_queue", consultation)
    return consultation


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Report a text; the report of who does not take part yet is stored until they have said who they are."""
    contribution = _fetch(request, slug, number)
    takes_part = has_joined(request, contribution.consultation)
    is_suspended = bool(suspension_of(viewer_of(request), contribution.consultation))
    if (takes_part or contribution.consultation.archived) and (request.method != "POST" or not is_suspended):
        require(viewer_of(request), "contributions.report", contribution)
    if contribution.state != State.PUBLISHED:
        messages.info(request, NOT_SHOWN)
        return redirect("contributions:detail", slug, number)
    form = ReportForm(request.POST or None, consultation=contribution.consultation)
    back = next_path(request) or page_before(request, contribution)
    if form.is_valid() and not takes_part:
        return NotSaved(first_step(request, store_report(request, contribution, form.cleaned_data, back=back), slug))
    if form.is_valid():
        refusal = refusal_of_report(contribution, **form.cleaned_data, by=request.user)
        if not refusal:
            messages.success(request, REPORTED)
            return SeeOther(back)
        form.add_error(None, refusal)
    context = {"form": form, "contribution": contribution, "consultation": contribution.consultation, "back": back}
    return render(request, "moderation/report.html", context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def queue(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = _moderated(request, slug)
    context = _context(consultation, "queue")
    keys = pending_pks(consultation)
    page = pending_page(consultation, request.GET, PAGE)
    reasons = list(consultation.reasons.all())
    shown = as_pending(list(pending_rows(consultation, page.pks)))
    rows = [(one, DecisionForm(contribution=one.contribution, reasons=reasons)) for one in shown]
    return render(request, "moderation/queue.html", context | {"keys": keys, "page": page, "rows": rows})


@login_required
@require_safe
def hidden(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = _moderated(request, slug)
    context = _context(consultation, "hidden")
    every = hidden_pks(consultation)
    page = hidden_page(consultation, request.GET, PAGE)
    reasons = list(consultation.reasons.all())
    rows = [(one, DecisionForm(contribution=one, reasons=reasons)) for one in hidden_rows(consultation, page.pks)]
    return render(request, "moderation/hidden.html", context | {"keys": every, "page": page, "rows": rows})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: AuthenticatedHttpRequest, slug: str, number: int) -> HttpResponse:
    if request.method != "POST":
        return _decide_page(request, slug, number)
    contribution = _fetch(request, slug, number)
    require(viewer_of(request), "contributions.moderate", contribution)
    form = DecisionForm(request.POST or None, contribution=contribution)
    if form.is_valid():
        try:
            _carry_out(contribution, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_to_form(form, error)
        else:
            messages.success(request, _("Décision enregistrée pour %(ref)s.") % {"ref": contribution.ref})
            return redirect("contributions:queue", slug)
    return _decide_page(request, slug, number, form)


def _decide_page(
    request: AuthenticatedHttpRequest, slug: str, number: int, form: DecisionForm | None = None
) -> HttpResponse:
    contribution = _fetch(request, slug, number, follows=["moderation", "topic"])
    require(viewer_of(request), "contributions.moderate", contribution)
    form = form or DecisionForm(contribution=contribution)
    reports = contribution.reports.filter(decision=None).select_related("reason", "participation__user")
    context = _context(
        contribution.consultation,
        "queue" if contribution.state == State.PENDING or reports else "",
        form=form,
        contribution=contribution,
        decisions=contribution.decisions.select_related("reason", "by"),
        reports=reports,
        may_move=contribution.is_root and may(viewer_of(request), "contributions.move", contribution),
        may_suspend=may(viewer_of(request), "consultations.suspend", contribution.author),
    )
    return render(request, "moderation/decide.html", context, status=422 if form.is_bound else 200)


def _carry_out(contribution: Contribution, *, act: str, reason: Any, message: str, by: Any) -> None:
    match DecisionAct(act):
        case DecisionAct.HIDE:
            moderation.hide_contribution(contribution, reason=reason, message=message, by=by)
        case DecisionAct.RESTORE:
            moderation.restore_contribution(contribution, reason=reason, message=message, by=by)
        case DecisionAct.KEEP:
            moderation.keep_contribution(contribution, message=message, by=by)
        case DecisionAct.PUBLISH:
            moderation.publish_contribution(contribution, message=message, by=by)


def _context(consultation: Consultation, tab: str, **more: Any) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "section": "moderation",
        "tab": tab,
        "pending_count": mark_safe(count_row(consultation).html),  # noqa: S308 - built by format_html
        **more,
    }
