"""Notices shown on the site, and the outbox of mails."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# A claim of a worker that dies expires after this time; then another worker may send.
CLAIM = timedelta(minutes=10)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)


class Notice(models.Model):
    """One notice to a person; it refers to its object by a label because this app imports no other."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=60)
    object_label = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["person", "-at"], name="notices_of_a_person"),
            models.Index(fields=["person"], name="unread_notices", condition=models.Q(read_at=None)),
            models.Index(fields=["at"], name="notices_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.person_id}"


class Mailing(models.Model):
    """The words that many mails share, stored once; each mail ends with words of its own."""

    text = models.TextField()

    def __str__(self) -> str:
        return f"#{self.pk}"


class MessageQuerySet(models.QuerySet["Message"]):
    def single(self) -> "MessageQuerySet":
        """Return those to one person, which leave before any mailing."""
        return self.filter(mailing=None)

    def of_mailings(self) -> "MessageQuerySet":
        return self.filter(mailing__isnull=False)

    def waiting(self) -> "MessageQuerySet":
        return self.filter(sent=None, failed=None)

    def due_at(self, now: datetime) -> "MessageQuerySet":
        return self.waiting().filter(next_try__lte=now)

    def claim(self, now: datetime) -> bool:
        """Claim these messages for one sender: the UPDATE locks the row, so only one of two workers gets it."""
        taken = self.due_at(now).update(next_try=now + CLAIM, attempts=models.F("attempts") + 1)
        return taken > 0


class Message(models.Model):
    """One mail in the outbox. Its unique key names its subject, so that a repeated call sends one mail."""

    class State(models.TextChoices):
        WAITING = "waiting", _("en attente d’envoi")
        SENT = "sent", _("envoyé")
        FAILED = "failed", _("échec de l’envoi")

    key = models.CharField(max_length=200, unique=True)
    address = models.EmailField()
    subject = models.CharField(max_length=250)
    text = models.TextField(blank=True)
    mailing = models.ForeignKey(
        Mailing, null=True, blank=True, on_delete=models.PROTECT, related_name="messages", help_text="Its first words"
    )
    unsubscribe = models.CharField(max_length=300, blank=True, help_text="Where one click ends such mails")
    attachments = models.JSONField(default=list, blank=True)
    secret = models.BooleanField(default=False)
    due = models.DateTimeField()
    next_try = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent = models.DateTimeField(null=True, blank=True)
    failed = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sent=None) | models.Q(failed=None), name="message_sent_or_failed_not_both"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_try"],
                name=name,
                condition=models.Q(sent=None) & models.Q(failed=None) & models.Q(mailing__isnull=is_single),
            )
            for name, is_single in (("messages_to_send", True), ("mailings_to_send", False))
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.state})"

    @property
    def state(self) -> "Message.State":
        if self.sent:
            return self.State.SENT
        return self.State.FAILED if self.failed else self.State.WAITING
