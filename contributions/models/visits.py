"""When a participant last opened a topic, to tell them what is new since."""

from django.db import models

from concertation.consultations.models import Participation, Topic


class Visit(models.Model):
    """The last time that a participant opened a topic in which something was new to them."""

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="visits")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participation", "topic"], name="one_visit_per_topic")]

    def __str__(self) -> str:
        return f"{self.participation_id}: {self.topic_id}"
