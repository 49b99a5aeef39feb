"""What a new consultation starts from: phases, kinds of actors, natures, stakes, reasons, a charter. Data alone.

The organiser changes all of it, in the form that creates the consultation and afterwards.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import Nature

_Icon = Nature.Icon


@dataclass(frozen=True)
class PlannedPhase:
    title: Any
    goal: Any
    weeks: int
    natures: tuple[str, ...]


@dataclass(frozen=True)
class Preset:
    """A starting point, by its name on the page; kinds of actors are pairs (label, family or nothing)."""

    name: Any
    kinds: tuple[tuple[Any, Any], ...]
    stakes: tuple[Any, ...]


PHASES = (
    PlannedPhase(
        _("Dire les besoins"),
        _("Recenser ce qui manque et ce qui bloque, avant de parler de solutions."),
        6,
        ("besoin", "frein", "opportunite"),
    ),
    PlannedPhase(
        _("Choisir les outils"),
        _("À partir des besoins retenus, réunir ce qui a été essayé, ce qui existe et ce qu’il faudrait inventer."),
        6,
        ("solution", "experimentation", "outil", "frein"),
    ),
    PlannedPhase(
        _("Préciser les fonctionnalités"),
        _("Décider de ce que les outils choisis devront permettre, et dans quel ordre."),
        4,
        ("fonctionnalite", "besoin", "frein"),
    ),
)

_CIVIL = _("Habitants et associations")
_PUBLIC = _("Collectivités et services publics")
_WORK = _("Économie et recherche")
_OFFERS = _("Offre des innovations")
_COMMISSIONS = _("Conduit des projets urbains")
_OTHER = (_("Autre"), "")

PRESETS = {
    "toute-concertation": Preset(
        _("Toute concertation"),
        (
            (_("Habitante ou habitant"), _CIVIL),
            (_("Association ou collectif"), _CIVIL),
            (_("Élue ou élu"), _PUBLIC),
            (_("Agente ou agent d’un service public"), _PUBLIC),
            (_("Entreprise"), _WORK),
            (_("Chercheuse ou chercheur"), _WORK),
            _OTHER,
        ),
        (_("Environnement"), _("Égalité et inclusion"), _("Coût et moyens")),
    ),
    "innovation-urbaine": Preset(
        _("Innovation urbaine"),
        (
            (_("Entreprise ou start-up qui propose des innovations"), _OFFERS),
            (_("Laboratoire, école ou bureau d’études"), _OFFERS),
            (_("Collectivité ou établissement public"), _COMMISSIONS),
            (_("Aménageur, bailleur ou promoteur"), _COMMISSIONS),
            _OTHER,
        ),
        (_("Sobriété"), _("Résilience"), _("Inclusion")),
    ),
}
USUAL = PRESETS["toute-concertation"]

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

CHARTER_TITLE = _("Charte de la concertation")
CHARTER = _(
    "En participant, je m’engage à :\n\n"
    "1. parler de ce que je connais, et dire d’où je parle ;\n"
    "2. critiquer les idées et les projets, jamais les personnes ;\n"
    "3. ne citer le nom de quelqu’un qu’avec son accord ;\n"
    "4. ne pas faire de réclame : présenter une solution, c’est aussi en dire le coût et les limites ;\n"
    "5. accepter que mes contributions soient citées, avec mon nom affiché, dans les synthèses publiées.\n\n"
    "L’équipe de modération masque ce qui contrevient à ces règles. Elle en donne le motif à la personne concernée, "
    "et la décision figure au journal."
)
