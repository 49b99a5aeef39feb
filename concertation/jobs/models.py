"""Long work, such as an export: its owner, progress, state and file."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from concertation.viewer import Viewer

FOLDER = "jobs"


def file_path(job: "Job", filename: str) -> str:
    """Return a random path, never used again; people get the file under ``file_name``."""
    return f"{FOLDER}/{uuid.uuid4().hex}"


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, viewer: Viewer) -> "JobQuerySet":
        """Return the jobs of this person; nobody else sees them, administrators included."""
        return self.filter(owner=viewer.person) if viewer.is_known else self.none()

    def unfinished(self) -> "JobQuerySet":
        return self.filter(state__in=UNFINISHED)

    def dead_at(self, now: datetime) -> "JobQuerySet":
        """Return the running jobs whose worker has not renewed its lease."""
        return self.filter(state=Job.State.RUNNING, lease_until__lt=now)

    def of_kind(self, kind: str) -> "JobQuerySet":
        return self.filter(kind=kind)


class Job(models.Model):
    """One piece of long work. ``key`` identifies the request: an owner has one unfinished job for each.

    A job without an owner is the site's own. ``attempts`` also identifies the worker: one that has lost its lease,
    and whose job was claimed again, changes nothing any more.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("En attente")
        RUNNING = "running", _("En préparation")
        DONE = "done", _("Prêt")
        FAILED = "failed", _("Échec")
        EXPIRED = "expired", _("Expiré")

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict, blank=True)
    title = models.CharField(max_length=300, help_text="What it makes, in the words of its owner")
    asked_on = models.CharField(max_length=300, blank=True, help_text="Address of the page where it was asked for")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="jobs"
    )
    consultation_id = models.PositiveBigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0, help_text="Zero while it is not known")
    file = models.FileField(upload_to=file_path, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes of the file")
    stamp = models.CharField(max_length=100, blank=True, help_text="What its kind returned before it ran")
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True, help_text="After it, the worker of a running job is dead")
    created_at = models.DateTimeField(default=timezone.now)
    queued_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "kind", "key"],
                condition=Q(state__in=["queued", "running"], owner__isnull=False),
                name="one_unfinished_job_for_a_demand",
            ),
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(owner__isnull=True), name="one_job_of_the_site_for_a_key"
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="jobs_of_a_person"),
            models.Index(fields=["expires_at"], name="jobs_that_expire", condition=Q(expires_at__isnull=False)),
            models.Index(fields=["state"], name="unfinished_jobs", condition=Q(state__in=["queued", "running"])),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} ({self.state})"

    @property
    def is_unfinished(self) -> bool:
        return self.state in UNFINISHED

    @property
    def live_name(self) -> str:
        """The name of the job's live room, which its page follows."""
        return f"job:{self.pk}"

    def held(self) -> "JobQuerySet":
        """Return this job for its worker to change; none once it was claimed again, ended or discarded."""
        return Job.objects.filter(pk=self.pk, state=Job.State.RUNNING, attempts=self.attempts)


UNFINISHED = (Job.State.QUEUED, Job.State.RUNNING)
