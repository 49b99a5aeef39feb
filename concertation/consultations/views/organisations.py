"""The organisations of a consultation in the organiser space: list, similar names, merge and separate."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.accounts.models import Organisation
from concertation.keyset import page_of
from concertation.texts.templatetags.french import quoted

from ..actions import merge_organisations, separate_organisation
from ..fetch import STAFF_PAGES, fetch_to_manage
from ..forms.people import MergeForm
from ..models import Consultation
from ..organisations import heads_in, listed, used_in
from .confirming import Question, confirmed
from .refusals import add_to_form

PER_PAGE = 50


@never_cache
@login_required
@require_safe
def organisations(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_to_manage(request, slug, follows=STAFF_PAGES)
    page = page_of(heads_in(consultation), ("sort_key", "pk"), request.GET, PER_PAGE)
    shown = set(page.pks)
    lines = [one for one in listed(consultation) if one.organisation.pk in shown]
    context = {"consultation": consultation, "section": "organisations", "page": page, "lines": lines}
    return render(request, "organiser/organisations.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    consultation = fetch_to_manage(request, slug)
    one = _fetch(consultation, pk)
    others = heads_in(consultation).exclude(pk=one.pk).order_by("sort_key", "pk")
    form = MergeForm(request.POST or None, others=others, initial={"into": request.GET.get("avec", "")})
    if request.method == "POST" and form.is_valid():
        into = form.cleaned_data["into"]
        try:
            merge_organisations(one, into=into, consultation=consultation, by=request.user)
        except ValidationError as refusal:
            add_to_form(form, refusal)
        else:
            words = {"one": quoted(one.name), "into": quoted(into.name)}
            messages.success(request, _("%(one)s paraît désormais sous le nom %(into)s.") % words)
            return redirect("consultations:organisations", consultation.slug)
    context = {"consultation": consultation, "section": "organisations", "organisation": one, "form": form}
    return render(request, "organiser/merge.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
def separate(request: AuthenticatedHttpRequest, slug: str, pk: int) -> HttpResponse:
    consultation = fetch_to_manage(request, slug)
    one = _fetch(consultation, pk)
    back = reverse("consultations:organisations", args=[consultation.slug])
    words = {"one": quoted(one.name)}
    question = Question(
        section="organisations",
        page_name=_("Séparer"),
        title=_("Séparer %(one)s\u202f?") % words,
        text=_("Elle paraîtra de nouveau sous son nom partout où elle a été déclarée."),
        confirm=_("Séparer"),
        back=back,
        done=_("%(one)s paraît de nouveau sous son nom.") % words,
    )
    act = partial(separate_organisation, one, consultation=consultation, by=request.user)
    return confirmed(request, consultation, question, act)


def _fetch(consultation: Consultation, pk: int) -> Organisation:
    return get_object_or_404(used_in(consultation).select_related("merged_into"), pk=pk)
