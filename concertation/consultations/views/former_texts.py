"""The page of the former words of a text that the teams edit."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from concertation.accounts.http import AuthenticatedHttpRequest
from concertation.documents.models import FormerText
from concertation.keyset import page_of
from concertation.permissions import require
from concertation.viewer import viewer_of

from ..edited_texts import edited_text
from ..fetch import fetch_consultation

PAGE = 10


@never_cache
@login_required
@require_safe
def former_texts(request: AuthenticatedHttpRequest, slug: str, kind: str, pk: int) -> HttpResponse:
    consultation = fetch_consultation(request, slug)
    text = edited_text(kind)
    if text is None:
        raise Http404(kind)
    here = {text.consultation: consultation} if text.consultation else {"pk": consultation.pk}
    row = get_object_or_404(text.model._default_manager.filter(**here), pk=pk)
    require(viewer_of(request), text.permission, text.subject(row))
    page = page_of(FormerText.objects.of(row).select_related("replaced_by"), ("-pk",), request.GET, PAGE)
    labels = {field.name: field.verbose_name for field in text.model._meta.fields}
    context = {
        "consultation": consultation,
        "section": "",
        "row": row,
        "back": text.address(row),
        "page": page,
        "texts": [(one, labels.get(one.field, one.field)) for one in page.rows],
    }
    return render(request, "organiser/former_texts.html", context)
