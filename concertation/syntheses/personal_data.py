"""What analyses and syntheses store about people, for the page « Données personnelles »."""

from django.utils.translation import gettext_lazy as _

from concertation.accounts.personal_data import Use, uses


def register() -> None:
    uses.add(
        Use(
            purpose=_("Analyser le débat et en publier la synthèse"),
            data=_(
                "Passages de contributions avec le nom affiché de leur auteur, et qui, dans les équipes, les a relevés."
            ),
            kept=_(
                "Avec la concertation. Les mots d’un texte que vous retirez disparaissent des versions déjà publiées."
            ),
            recipients=_("Les équipes, puis toutes les personnes qui lisent la synthèse."),
            holds=("syntheses.Extract", "syntheses.Reading", "syntheses.SynthesisVersion", "documents.FormerText"),
            position=55,
        )
    )
