"""How often one person may register."""

from django.utils.translation import gettext_lazy as _

from concertation.consultations.limits import Limit, limits


def register() -> None:
    limits.add(
        Limit(
            "registration.made",
            lambda _consultation: 20,
            _("Vous avez fait beaucoup d’inscriptions en peu de temps. Réessayez dans %(wait)s."),
        )
    )
