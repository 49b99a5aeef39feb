"""The mail of a letter: its words, the signature, and where one click ends such letters."""

from django.conf import settings
from django.core import signing
from django.core.signing import BadSignature
from django.urls import reverse
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.texts.direction import isolated
from concertation.texts.mail_text import mail_text
from concertation.texts.templatetags.french import quoted

from .models import Letter


def mail_key(letter: int, participation: int) -> str:
    """Return the key in the outbox of the mail of a letter to one person."""
    return f"letter:{letter}:{participation}"


def shared_text(letter: Letter, signed_by: User | None) -> str:
    """Return what all mails of a letter begin with: its text, signed."""
    consultation = letter.consultation
    home = settings.SITE_URL + reverse("consultations:home", args=[consultation.slug])
    team = _("Pour l’équipe de la concertation %(title)s") % {"title": quoted(consultation.title)}
    name = isolated(signed_by.display_name) if signed_by and signed_by.display_name else ""
    signature = "\n".join(line for line in (name, team, home) if line)
    return f"{mail_text(letter.body_html)}\n\n{signature}\n\n"


def own_text(unsubscribe: str) -> str:
    """Return what the mail of one person ends with."""
    why = _("Vous recevez cette lettre parce que vous participez à cette concertation. Merci de ne pas y répondre.")
    how = _("Pour ne plus recevoir les lettres de l’équipe\u00a0:")
    return f"-- \n{why}\n{how}\n{unsubscribe}\n"


def subscription_address(participation: int) -> str:
    return settings.SITE_URL + reverse("letters:subscription", args=[token_of(participation)])


def token_of(participation: int) -> str:
    """Return the signed key of a participation: whoever has it may end and resume the letters, and nothing else."""
    return _signer().sign(str(participation))


def participation_of(token: str) -> int | None:
    try:
        return int(_signer().unsign(token))
    except (BadSignature, ValueError):
        return None


def _signer() -> signing.Signer:
    return signing.Signer(salt="concertation.letters", sep=".")
