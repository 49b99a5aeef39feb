"""Mark a row as a trial; list the trials of a consultation and delete them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.permissions import require
from concertation.texts.templatetags.french import count
from concertation.viewer import viewer_of

from ..actions import delete_trials, mark_trial
from ..fetch import STAFF_PAGES, fetch_consultation, fetch_to_manage
from ..trials import kind_of, listed

_MARKED = gettext_lazy("C’est marqué comme essai\u00a0: l’organisation le supprimera avant l’ouverture.")
_UNMARKED = gettext_lazy("Ce n’est plus un essai\u00a0: cela restera.")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mark(request: AuthenticatedHttpRequest, slug: str, kind: str, pk: int) -> HttpResponse:
    consultation = fetch_consultation(request, slug)
    found = kind_of(kind)
    row = found.find(viewer_of(request), consultation, pk) if found else None
    if found is None or row is None:
        raise Http404(kind)
    require(viewer_of(request), found.permission, row)
    words = found.words(row)
    if request.method == "POST":
        try:
            marked = mark_trial(found, row, is_trial=request.POST.get("essai") == "oui", by=request.user)
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
        else:
            messages.success(request, _MARKED if marked.is_trial else _UNMARKED)
        return redirect(words.url)
    context = {"consultation": consultation, "row": row, "words": words}
    return render(request, "consultations/trial.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def trials(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    consultation = fetch_to_manage(request, slug, follows=STAFF_PAGES)
    if request.method == "POST":
        number = delete_trials(consultation, by=request.user)
        gone = _("Rien n’est supprimé.") if not number else f"{_('Supprimé')}\u00a0: {count(number, 'essai,essais')}."
        messages.success(request, gone)
        return redirect("consultations:trials", consultation.slug)
    kinds = listed(consultation)
    every = [one for kind in kinds for one in kind.trials]
    context = {
        "consultation": consultation,
        "section": "todo",
        "kinds": kinds,
        "doomed": sum(not one.refusal for one in every),
    }
    return render(request, "organiser/trials.html", context)
