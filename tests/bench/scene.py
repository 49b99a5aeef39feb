"""A consultation with one open topic and as many contributions as a benchmark wants."""

from datetime import datetime, timedelta

from django.utils import timezone

from concertation.accounts.models import User
from concertation.consultations import actions as consultations
from concertation.consultations.models import Consultation, Territory, Topic
from contributions import actions

BODY = "Il manque des lieux où essayer une innovation avant de l’acheter, et des règles claires pour le faire. " * 5


def open_topic(slug: str, *, now: datetime) -> tuple[Topic, User]:
    """The topic, and a participant who may write in it."""
    administrator, _new = User.objects.get_or_create(email="administratrice@exemple.fr", is_superuser=True)
    organiser = User.objects.create_user(f"organisatrice.{slug}@exemple.fr", display_name="Organisatrice")
    consultation = consultations.create_consultation(
        slug=slug, title="Place de l’innovation", opens_publicly_at=now - timedelta(days=2), most_texts=32_000,
        organiser=organiser, by=administrator,
    )  # fmt: skip
    phase = consultations.create_phase(
        consultation, title="Outils", opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9),
        natures=consultation.natures.all(), by=organiser,
    )  # fmt: skip
    topic = consultations.create_topic(phase, title="Expérimenter", question="Quels outils ?", by=organiser)
    return topic, _participant(slug, consultation, now)


def another_participant(slug: str, topic: Topic) -> User:
    return _participant(f"{slug}.autre", topic.phase.consultation, timezone.now(), name="Ada Martin")


def _participant(slug: str, consultation: Consultation, now: datetime, *, name: str = "Claire Le Goff") -> User:
    user = User.objects.create_user(f"participante.{slug}@exemple.fr", display_name=name)
    consultations.join_consultation(
        consultation, actor_kind=consultation.actor_kinds.first(), territory=Territory.objects.first(),
        organisation=None, speaks_for=False, accepts_charter=True, now=now, by=user,
    )  # fmt: skip
    return user


def write_many(topic: Topic, user: User, number: int) -> None:
    now = timezone.now()
    for one in range(number):
        actions.post_contribution(topic, title=f"Proposition {one}", body=BODY, by=user, now=now)
