"""Files of a consultation, sent to those who may read it, with their media type and never as a page."""

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from concertation.viewer import viewer_of

from ..fetch import fetch_consultation
from ..forms.files import mime_of
from ..link_preview import STORED_SECONDS, stored_image
from ..models import Document, Partner


@require_safe
def logo(request: HttpRequest, slug: str) -> FileResponse:
    return _file(fetch_consultation(request, slug).logo)


@require_safe
def preview_image(request: HttpRequest, slug: str) -> HttpResponse:
    """The image beside links to a public consultation; its address has the version, so that it may be stored."""
    consultation = fetch_consultation(request, slug)
    if not consultation.is_public(viewer_of(request).now):
        raise Http404
    response = HttpResponse(stored_image(consultation), content_type="image/png")
    response["Cache-Control"] = f"public, max-age={STORED_SECONDS}"
    return response


@require_safe
def partner_logo(request: HttpRequest, slug: str, pk: int) -> FileResponse:
    return _file(get_object_or_404(Partner, consultation=fetch_consultation(request, slug), pk=pk).logo)


@require_safe
def document(request: HttpRequest, slug: str, pk: int) -> FileResponse:
    return _file(get_object_or_404(Document, consultation=fetch_consultation(request, slug), pk=pk).file, download=True)


def _file(file: FieldFile, *, download: bool = False) -> FileResponse:
    if not file:
        raise Http404
    try:
        opened = file.open("rb")
    except OSError:
        raise Http404 from None
    name = (file.name or "").rpartition("/")[2]
    response = FileResponse(opened, as_attachment=download, filename=name, content_type=mime_of(name))
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response
