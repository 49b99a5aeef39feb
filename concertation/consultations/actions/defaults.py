"""Initial lists of a new consultation; its organiser may change all of them."""

from django.utils.translation import gettext_lazy as _

from ..models import ActorFamily, ActorKind, Consultation, Nature, Reason

_Icon = Nature.Icon

_OFFERS = _("Offre des innovations")
_COMMISSIONS = _("Conduit des projets urbains")
ACTOR_FAMILIES = [_OFFERS, _COMMISSIONS]
ACTOR_KINDS = [
    (_OFFERS, _("Entreprise ou start-up qui propose des innovations")),
    (_OFFERS, _("Laboratoire, école ou bureau d’études")),
    (_COMMISSIONS, _("Collectivité ou établissement public")),
    (_COMMISSIONS, _("Aménageur, bailleur ou promoteur")),
    (None, _("Autre")),
]

_Use = Reason.Use

# Each colour has a contrast of 4.5:1 on paper and on white, and under white text.
NATURES = [
    ("besoin", _("besoin"), _("besoins"), "#8a4b08", _Icon.NEED),
    ("frein", _("frein"), _("freins"), "#a3262e", _Icon.OBSTACLE),
    ("opportunite", _("opportunité"), _("opportunités"), "#5b3e96", _Icon.OPPORTUNITY),
    ("solution", _("solution"), _("solutions"), "#1a6b5c", _Icon.SOLUTION),
    ("experimentation", _("expérimentation"), _("expérimentations"), "#8b2b6b", _Icon.EXPERIMENT),
    ("outil", _("outil"), _("outils"), "#1f5a96", _Icon.TOOL),
    ("fonctionnalite", _("fonctionnalité"), _("fonctionnalités"), "#4a5d16", _Icon.FEATURE),
]

REASONS_TO_RESTORE = [
    (
        _("Texte conforme à la charte"),
        _("Après une nouvelle lecture, votre texte respecte la charte. Veuillez excuser cette première décision."),
    ),
    (
        _("Demande de l’auteur"),
        _("Vos explications ont conduit la modération à relire votre texte et à le rétablir."),
    ),
]

REASONS_TO_MOVE = [
    (
        _("Relève d’une autre thématique"),
        _("Votre texte répond à une autre question : il y sera lu et discuté par les personnes qu’elle concerne."),
    ),
    (
        _("Relève d’une autre phase"),
        _("Votre texte parle de ce qui se débat à un autre moment de la concertation."),
    ),
]

REASONS_TO_HIDE = [
    (
        _("Hors sujet"),
        _("Votre texte ne répond pas à la question posée ici. Vous pouvez le proposer dans une autre thématique."),
    ),
    (
        _("Propos injurieux ou discriminatoires"),
        _("La charte demande de critiquer les idées sans attaquer les personnes ni les groupes."),
    ),
    (
        _("Mise en cause d’une personne"),
        _("Votre texte accuse une personne ou une organisation de faits qui ne peuvent pas être vérifiés ici."),
    ),
    (
        _("Données personnelles"),
        _("Votre texte contient une adresse, un numéro ou une autre information qui permet d’identifier une personne."),
    ),
    (
        _("Publicité"),
        _("Votre texte fait la promotion d’un produit ou d’un service sans apporter d’élément au débat."),
    ),
    (
        _("Répétition"),
        _("Le même texte a déjà été publié. Vous pouvez soutenir ou compléter la première contribution."),
    ),
    (
        _("Contenu contraire à la loi"),
        _("La loi ne permet pas de publier ce texte."),
    ),
]


def fill_frame(consultation: Consultation) -> None:
    """Create the kinds of actors, natures and reasons of a new consultation; it starts without stakes."""
    families = [
        ActorFamily(consultation=consultation, label=str(label), position=position)
        for position, label in enumerate(ACTOR_FAMILIES)
    ]
    by_label = {family.label: family for family in ActorFamily.objects.bulk_create(families)}
    ActorKind.objects.bulk_create(
        ActorKind(consultation=consultation, family=by_label.get(str(family)), label=str(label), position=position)
        for position, (family, label) in enumerate(ACTOR_KINDS)
    )
    Nature.objects.bulk_create(
        Nature(
            consultation=consultation,
            code=code,
            singular=str(singular),
            plural=str(plural),
            colour=colour,
            icon=icon,
            position=position,
        )
        for position, (code, singular, plural, colour, icon) in enumerate(NATURES)
    )
    by_use = {_Use.HIDE: REASONS_TO_HIDE, _Use.RESTORE: REASONS_TO_RESTORE, _Use.MOVE: REASONS_TO_MOVE}
    reasons = [(use, *words) for use, listed in by_use.items() for words in listed]
    Reason.objects.bulk_create(
        Reason(consultation=consultation, use=use, label=str(label), explanation=str(explanation), position=position)
        for position, (use, label, explanation) in enumerate(reasons)
    )
