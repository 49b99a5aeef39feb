"""Give a live page the sentences of its script and the addresses to which it connects."""

from django import template
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def live_words(**others: str) -> SafeString:
    """Return the attributes of ``<live-room>``: addresses, and sentences in which ``{n}`` is a number.

    A page of other objects passes its own: ``{% live_words new_one=_("Afficher l’inscription") new_many=… %}``.
    """
    words = {
        "url": reverse("live:socket"),
        "replay": reverse("live:replay"),
        "new_one": _("Afficher la nouvelle contribution"),
        "new_many": _("Afficher les {n} nouvelles contributions"),
        "new_reload": _("Il y a du nouveau : recharger la liste"),
        "more_one": _("Afficher la nouvelle réponse"),
        "more_many": _("Afficher les {n} nouvelles réponses"),
        "told_one": _("Une nouvelle contribution"),
        "told_many": _("{n} nouvelles contributions"),
        "offline": _("Connexion interrompue : la page se mettra à jour à son retour."),
        "online": _("Connexion rétablie : la page est à jour."),
        "kept": _("Cette page a changé. Ce que vous écrivez y reste tant que vous ne la rechargez pas."),
        "ended": _("Votre session est terminée : cette page ne se met plus à jour."),
        "narrowed": _("Ce que vous pouvez lire a changé : cette page ne se met plus à jour."),
        "readers_one": _("Une personne lit en ce moment"),
        "readers_many": _("{n} personnes lisent en ce moment"),
        "writing": _("Une réponse s’écrit…"),
    } | others
    return format_html_join(" ", 'data-{}="{}"', ((key.replace("_", "-"), text) for key, text in words.items()))
