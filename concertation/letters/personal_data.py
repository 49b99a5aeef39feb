"""What letters store about people, for the page « Données personnelles »."""

from django.utils.translation import gettext_lazy as _

from concertation.accounts.personal_data import ON_REQUEST, Use, uses


def register() -> None:
    uses.add(
        Use(
            purpose=_("Vous envoyer les lettres de l’équipe d’une concertation"),
            data=_("Les lettres qui vous ont été écrites et leur date, votre refus d’en recevoir et sa date."),
            kept=ON_REQUEST,
            recipients=_("L’organisation de la concertation. Chaque lettre a un lien pour n’en plus recevoir."),
            holds=("letters.Letter", "letters.Delivery", "letters.Unsubscription"),
            position=65,
        )
    )
