"""Acts that end what someone may read, done in the server that holds their socket, as its own pages do them."""

from collections.abc import Callable
from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

from concertation.accounts.models import User
from concertation.accounts.views import logout
from concertation.consultations import actions
from concertation.consultations.models import Consultation, Membership, Participation, Phase


def log_out(request: HttpRequest) -> None:
    logout(request)


def change_password(request: HttpRequest) -> None:
    person = User.objects.get(pk=request.user.pk)
    person.set_password("un autre mot de passe")
    person.save()


def disable(request: HttpRequest) -> None:
    person = User.objects.get(pk=request.user.pk)
    person.is_active = False
    person.save(update_fields=["is_active"])


def lose_role(request: HttpRequest) -> None:
    held = Membership.objects.get(user=request.user.pk)
    actions.end_role(held, by=_organiser(), now=timezone.now())


def suspend(request: HttpRequest) -> None:
    mine = Participation.objects.get(user=request.user.pk)
    reason = mine.consultation.reasons.filter(use="hide").first()
    now = timezone.now()
    actions.suspend_participation(mine, reason=reason, message="Ces mots blessent.", now=now, by=_organiser())


def close_phases_to_all_but_committees(request: HttpRequest) -> None:
    for phase in Phase.objects.all():
        actions.edit_phase(phase, access="committees", by=_organiser())


def unpublish(request: HttpRequest) -> None:
    later = timezone.now() + timedelta(days=1)
    actions.edit_consultation(Consultation.objects.get(), opens_publicly_at=later, by=_organiser())


def _organiser() -> User:
    return User.objects.get(email="organisatrice@exemple.fr")


ENDS: dict[str, Callable[[HttpRequest], None]] = {
    one.__name__: one
    for one in (log_out, change_password, disable, lose_role, suspend, close_phases_to_all_but_committees, unpublish)
}
