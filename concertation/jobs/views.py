"""The jobs of a person: their list, the page of one, its file."""

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from concertation.keyset import page_of
from concertation.live.follow import follow
from concertation.viewer import viewer_of

from .actions import expire_job, is_stale, repeat_job
from .downloads import attached
from .kinds import kind_of
from .models import Job

if TYPE_CHECKING:
    from concertation.accounts.http import AuthenticatedHttpRequest

PAGE = 30


def _fetch(request: "AuthenticatedHttpRequest", pk: int) -> Job:
    """Return a job of this person, who still may read what it is about."""
    viewer = viewer_of(request)
    job = get_object_or_404(Job.objects.visible_to(viewer), pk=pk)
    if not kind_of(job).may_read(viewer, job):
        raise PermissionDenied(job.kind)
    return job


@login_required
@require_safe
def jobs(request: "AuthenticatedHttpRequest") -> HttpResponse:
    page = page_of(Job.objects.visible_to(viewer_of(request)), ("-created_at", "-pk"), request.GET, PAGE)
    return render(request, "jobs/list.html", {"page": page})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def job(request: "AuthenticatedHttpRequest", pk: int) -> HttpResponse:
    """Show the progress and the file of a job; a POST starts one for the same request."""
    follow(request, f"job:{pk}")
    found, refusal = _fetch(request, pk), ""
    if request.method == "POST":
        try:
            return redirect("jobs:job", repeat_job(found, by=request.user).pk)
        except ValidationError as error:
            refusal = error.messages[0]
    is_given = found.state == Job.State.DONE and not is_stale(found)
    context = {"job": found, "is_given": is_given, "refusal": refusal}
    return render(request, "jobs/job.html", context, status=429 if refusal else 200)


@login_required
@require_safe
def download(request: "AuthenticatedHttpRequest", pk: int) -> FileResponse | HttpResponse:
    """Give the file to its owner; while there is none, the page of the job says why."""
    found = _fetch(request, pk)
    if found.state == Job.State.DONE and is_stale(found):
        expire_job(found, now=timezone.now())
    elif found.state == Job.State.DONE:
        return attached(found)
    return redirect("jobs:job", pk)
