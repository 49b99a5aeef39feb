"""The file of a job as a response: always a download, never a page."""

from django.http import FileResponse, Http404

from .models import Job


def attached(job: Job, *, is_public: bool = False) -> FileResponse:
    """Return the file of a job that is done. The caller has checked the permission.

    Nobody may reuse a stored copy without asking: the file may be stale or refused by then.
    """
    try:
        opened = job.file.open("rb")
    except (OSError, ValueError):
        raise Http404 from None
    response = FileResponse(opened, as_attachment=True, filename=job.file_name, content_type=job.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-cache" if is_public else "private, no-cache"
    return response
