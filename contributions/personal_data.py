"""What the debate stores about people, for the page « Données personnelles »."""

from django.utils.translation import gettext_lazy as _

from concertation.accounts.personal_data import ON_REQUEST, Use, uses


def register() -> None:
    uses.add(
        Use(
            purpose=_("Publier le débat et le garder lisible"),
            data=_("Contributions, réponses, versions successives, réactions, mots-clés posés, dates."),
            kept=_("Avec la concertation. Les mots d’un texte que vous retirez sont effacés."),
            recipients=_("Qui peut lire la thématique\u00a0: tout le monde, si elle est publique."),
            holds=(
                "contributions.Contribution",
                "contributions.Revision",
                "contributions.Reaction",
                "contributions.TaggedContribution",
                "contributions.Batch",
            ),
            position=40,
        )
    )
    uses.add(
        Use(
            purpose=_("Analyser le débat hors du site"),
            data=_(
                "Un export du corpus n’a ni nom ni adresse. Avec les noms, il faut une finalité, notée au journal avec "
                "qui l’a demandé et quand."
            ),
            kept=_("Sept jours, pour la seule personne qui l’a demandé."),
            recipients=_("L’équipe d’animation et l’organisation."),
            holds=(),
            position=47,
        )
    )
    uses.add(
        Use(
            purpose=_("Vous dire ce qui est nouveau depuis votre visite"),
            data=_("Thématiques que vous avez ouvertes, et la date de votre dernière visite."),
            kept=_("Avec votre participation."),
            recipients=_("Vous seul."),
            holds=("contributions.Visit",),
            position=42,
        )
    )
    uses.add(
        Use(
            purpose=_("Modérer"),
            data=_("Signalements et leur auteur, décisions, motifs, messages."),
            kept=ON_REQUEST,
            recipients=_("La modération. L’auteur d’un signalement n’est pas montré à la personne signalée."),
            holds=("contributions.Report", "contributions.Decision"),
            position=45,
        )
    )
