"""What participations, roles and invitations store about people, for the page « Données personnelles »."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from concertation.accounts.personal_data import ON_REQUEST, Use, uses

from .actions.invitations import VALIDITY


def register() -> None:
    uses.add(
        Use(
            purpose=_("Savoir qui prend part à une concertation, et à quel titre"),
            data=_(
                "Type d’acteur, territoire, organisation si vous en indiquez une, expression en son nom, date\u202f; "
                "suspension éventuelle et son motif."
            ),
            kept=ON_REQUEST,
            recipients=_(
                "Publics, à côté de ce que vous écrivez. Une suspension n’est connue que de vous et des équipes."
            ),
            holds=("consultations.Participation", "consultations.Suspension"),
            position=30,
        )
    )
    uses.add(
        Use(
            purpose=_("Inviter, et donner un rôle dans une équipe ou un comité"),
            data=_(
                "Adresse électronique, nom, rôle, type d’acteur, organisation et territoire s’ils sont donnés, mot de "
                "l’équipe, qui a invité, dates."
            ),
            kept=format_lazy(
                _("Le lien de l’invitation ne vaut que {days}\u00a0jours. {request}"),
                days=VALIDITY.days,
                request=ON_REQUEST,
            ),
            recipients=_("Les équipes de la concertation."),
            holds=("consultations.Invitation", "consultations.Membership"),
            position=60,
        )
    )
