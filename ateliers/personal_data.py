"""What ateliers store about people, for the page « Données personnelles »."""

from django.utils.translation import gettext_lazy as _

from concertation.accounts.personal_data import ON_REQUEST, Use, uses


def register() -> None:
    uses.add(
        Use(
            purpose=_("Organiser les ateliers"),
            data=_(
                "Inscription, place ou rang sur la liste d’attente, en salle ou à distance, nom et adresse d’un invité."
            ),
            kept=ON_REQUEST,
            recipients=_("Les équipes de la concertation et les personnes qui animent l’atelier."),
            holds=("ateliers.Registration", "ateliers.AtelierRole", "ateliers.Note"),
            position=50,
        )
    )
