"""Import the territories of a file, in the organiser space."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.texts.templatetags.french import count

from ..actions import import_territories
from ..fetch import fetch_to_manage
from ..forms.territories import TerritoriesForm


@never_cache
@login_required
def bring_in(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_to_manage(request, slug)
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = TerritoriesForm(*data, consultation=consultation)
    if request.method == "POST" and form.is_valid():
        try:
            added = len(import_territories(consultation, form.rows, by=request.user))
        except ValidationError as refusal:
            form.add_error("file", refusal)
        else:
            messages.success(request, _summary(added, len(form.rows) - added))
            return redirect("consultations:list", consultation.slug, "territoires")
    context = {"consultation": consultation, "section": "lists", "form": form}
    return render(request, "organiser/territories_import.html", context)


def _summary(added: int, already: int) -> str:
    words = {"added": count(added, "territoire,territoires"), "already": count(already, "territoire,territoires")}
    if not added:
        return _("Tous les territoires de ce fichier étaient déjà dans la liste.")
    if not already:
        return _("%(added)s de plus dans la liste.") % words
    return _("%(added)s de plus dans la liste ; déjà là et laissés tels quels : %(already)s.") % words
