"""Make a new draft of a consultation that exists."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.permissions import require
from concertation.texts.templatetags.french import quoted
from concertation.viewer import viewer_of

from ..actions import clone_consultation
from ..fetch import fetch_to_manage
from ..forms.cloning import CloneForm
from .refusals import status_of, tried


@never_cache
@login_required
def clone(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    source = fetch_to_manage(request, slug)
    require(viewer_of(request), "consultations.create_consultation")
    form = CloneForm(request.POST or None, source=source)
    made = tried(form, lambda: clone_consultation(source, **form.values(), by=request.user))
    if made is not None:
        title = quoted(made.title)
        messages.success(request, _("La concertation %(title)s est créée, en brouillon.") % {"title": title})
        return redirect("consultations:organiser", made.slug)
    context = {"consultation": source, "section": "settings", "form": form}
    return render(request, "organiser/clone.html", context, status=status_of(form))
