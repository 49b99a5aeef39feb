"""Registry of what the site asks of people and stores about them, shown on the page « Données personnelles ».

Each app adds its own uses in ``AppConfig.ready``, with the durations of its own code;
``tests/pages/test_personal_data.py`` refuses a table about people that no use holds.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from concertation.jobs.actions import LINE_STAYS
from concertation.jobs.kinds import FILE_STAYS
from concertation.journal import receipts
from concertation.notices.due import NOTICES_KEPT
from concertation.slots import Items

from . import deferred_acts, limits, saved_forms

PUBLIC_TASK = _("Mission d’intérêt public (article 6.1.e du RGPD)")
ON_REQUEST = _("Jusqu’à ce que vous en demandiez l’effacement\u00a0: aucun terme n’est fixé par le logiciel.")


@dataclass(frozen=True, kw_only=True)
class Use:
    """One purpose: which data, how long, and who receives them. ``holds`` are the tables, ``app.Model``."""

    purpose: str | Promise
    data: str | Promise
    kept: str | Promise
    recipients: str | Promise
    holds: tuple[str, ...]
    position: int
    basis: str | Promise = PUBLIC_TASK


uses: Items[Use] = Items()


def in_order() -> list[Use]:
    return sorted(uses, key=lambda one: one.position)


def register() -> None:
    """Add the uses of accounts, and those of the apps below, which cannot import this module."""
    for one in (_account(), _interrupted_forms(), _notices(), _journal(), _files(), _abuse()):
        uses.add(one)


def _account() -> Use:
    days = settings.SESSION_COOKIE_AGE // 86400
    return Use(
        purpose=_("Ouvrir votre compte et vous reconnaître"),
        data=_(
            "Adresse électronique, nom affiché, empreinte du mot de passe si vous en choisissez un, "
            "date d’ouverture du compte, charte acceptée et date, cookie de session."
        ),
        kept=format_lazy(_("{request} Le cookie de session dure {days}\u00a0jours."), request=ON_REQUEST, days=days),
        recipients=_("Votre nom affiché est public à côté de ce que vous écrivez. Votre adresse n’est jamais montrée."),
        holds=("accounts.User", "accounts.LegalAcceptance", "account.EmailAddress", "sessions.Session"),
        position=10,
    )


def _interrupted_forms() -> Use:
    return Use(
        purpose=_("Ne rien perdre de ce que vous envoyez avant de vous identifier, ou après une session expirée"),
        data=_("Le contenu du formulaire, sans ses fichiers."),
        kept=format_lazy(
            _("Effacé après {form}\u00a0heures, ou {act}\u00a0heures si vous n’aviez pas encore de compte."),
            form=int(saved_forms.KEPT_FOR.total_seconds()) // 3600,
            act=int(deferred_acts.KEPT_FOR.total_seconds()) // 3600,
        ),
        recipients=_("Vous seul."),
        holds=("accounts.SavedForm",),
        position=20,
    )


def _notices() -> Use:
    return Use(
        purpose=_("Vous prévenir et vous écrire"),
        data=_("Adresse électronique, notifications et courriels qui vous sont envoyés, date et état de l’envoi."),
        kept=format_lazy(
            _(
                "Les notifications sont effacées après {days}\u00a0jours. Les courriels restent jusqu’à ce que vous en "
                "demandiez l’effacement\u00a0: aucun terme n’est fixé par le logiciel."
            ),
            days=NOTICES_KEPT.days,
        ),
        recipients=_("Vous, et le prestataire qui achemine les courriels de ce site."),
        holds=("notices.Notice", "notices.Message"),
        position=70,
    )


def _journal() -> Use:
    return Use(
        purpose=_("Rendre compte des décisions, et ne pas enregistrer deux fois le même envoi"),
        data=_("Numéro de compte, acte, objet et date\u202f; ni nom ni adresse. Empreinte de chaque envoi."),
        kept=format_lazy(
            _(
                "Le journal, qu’on ne peut modifier, est gardé sans limite. "
                "Les empreintes sont effacées après {days}\u00a0jours."
            ),
            days=receipts.KEPT_FOR.days,
        ),
        recipients=_("Les équipes de la concertation."),
        holds=("journal.JournalEntry", "journal.Receipt"),
        position=80,
    )


def _files() -> Use:
    return Use(
        purpose=_("Préparer les fichiers que les équipes demandent"),
        data=_("Qui a demandé le fichier, et le fichier."),
        kept=format_lazy(
            _("Le fichier est effacé après {days}\u00a0jours, la ligne qui le mentionne après {line}\u00a0jours."),
            days=FILE_STAYS.days,
            line=LINE_STAYS.days,
        ),
        recipients=_("La personne qui l’a demandé."),
        holds=("jobs.Job",),
        position=85,
    )


def _abuse() -> Use:
    rates = (*limits.CODES_OF_NETWORK, *limits.PASSWORDS_OF_NETWORK, *limits.KEPT_FORMS_OF_NETWORK)
    minutes = max(one.seconds for one in rates) // 60
    return Use(
        purpose=_("Protéger le site des abus"),
        data=_("Adresse de votre réseau (adresse IP), comptée et non enregistrée."),
        kept=format_lazy(_("{minutes}\u00a0minutes au plus."), minutes=minutes),
        recipients=_("Personne."),
        holds=(),
        position=90,
    )
