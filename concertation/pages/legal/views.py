"""The legal pages, and the pages where the administrator edits them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.accounts.models import LegalText
from concertation.accounts.personal_data import in_order
from concertation.consultations.views.refusals import add_saved_message, add_to_form, status_of
from concertation.live.follow import follow
from concertation.permissions import may, require
from concertation.viewer import viewer_of

from .actions import publish_legal_text, record_audit
from .declaration import declaration
from .forms import AuditForm, LegalTextForm
from .texts import PAGES, LegalPage, published


@require_safe
def show(request: HttpRequest, page: LegalPage) -> HttpResponse:
    follow(request, "site:1")
    context = {
        "page": page,
        "text": published(page),
        "declaration": declaration() if page.kind == LegalText.Kind.ACCESSIBILITY else None,
        "uses": in_order() if page.kind == LegalText.Kind.PRIVACY else [],
        "may_edit": may(viewer_of(request), "pages.edit_legal_pages"),
    }
    return render(request, "pages/legal/page.html", context)


@never_cache
@login_required
def edit(request: AuthenticatedHttpRequest, page: LegalPage) -> HttpResponse:
    require(viewer_of(request), "pages.edit_legal_pages")
    form = LegalTextForm(request.POST or None, page=page)
    if request.method == "POST" and form.is_valid():
        try:
            text = publish_legal_text(page.slug, **form.cleaned_data, by=request.user)
        except ValidationError as refusal:
            add_to_form(form, refusal)
        else:
            add_saved_message(request, form, _("La version %(version)d est publiée.") % {"version": text.version})
            return redirect("pages:legal", page)
    versions = LegalText.objects.filter(key=page.key).order_by("-version")
    context = {"page": page, "form": form, "versions": versions}
    return render(request, "pages/legal/edit.html", context, status=status_of(form))


@never_cache
@login_required
def audit(request: AuthenticatedHttpRequest) -> HttpResponse:
    require(viewer_of(request), "pages.edit_legal_pages")
    form = AuditForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            record_audit(**form.cleaned_data, by=request.user)
        except ValidationError as refusal:
            add_to_form(form, refusal)
        else:
            messages.success(request, _("L’audit est enregistré, et la déclaration en tient compte."))
            return redirect("pages:legal", PAGES["accessibilite"])
    context = {"page": PAGES["accessibilite"], "form": form}
    return render(request, "pages/legal/audit.html", context, status=status_of(form))
