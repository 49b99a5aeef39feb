"""Print the rooms that a page follows, with the sentences of its script and the addresses to which it connects."""

from collections.abc import Mapping

from django import template
from django.http import HttpRequest
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from concertation.viewer import viewer_of

from ..follow import FollowedAddresses, followed_on
from ..registry import own_addresses

register = template.Library()


@register.simple_block_tag(takes_context=True)
def live_room(context: Context, content: str, **others: str | bool) -> str:
    """Wrap what is inside in the first address that the page follows.

    The script's sentences may be replaced, and attributes added: ``{% live_room new_one=… may_write=True %}``. An
    attribute that is true has no value; one that is empty is left out.
    """
    followed = followed_on(context["request"])
    address = next(iter(followed.seqs), "")
    return _room(context["request"], followed, address, content, **others) or content


@register.simple_tag(takes_context=True)
def followed_rooms(context: Context) -> str:
    """Print the addresses that the page follows and that are not in it yet; the first of a page has the furniture."""
    followed = followed_on(context["request"]) if "request" in context else FollowedAddresses()
    html = []
    for address in [one for one in followed.seqs if one not in followed.printed]:
        content = "" if followed.printed else render_to_string("live/furniture.html")
        html.append(_room(context["request"], followed, address, content))
    return format_html_join("\n", "{}", ([one] for one in [*html, followed.own_rooms]))


def own_rooms_of(request: HttpRequest) -> SafeString:
    """Return the rooms of the viewer's own, for a page that many share; a visitor has none."""
    followed = followed_on(request)
    addresses = own_addresses(request.user.pk) if request.user.is_authenticated else []
    rooms = [_room(request, followed, address, "") for address in addresses]
    return format_html_join("\n", "{}", ([one] for one in rooms))


def _room(request: HttpRequest, followed: FollowedAddresses, address: str, content: str, **others: str | bool) -> str:
    cursor = followed.cursor(viewer_of(request), address) if address else ""
    if not cursor:
        return ""
    followed.printed.add(address)
    attributes = _attributes(others)
    return format_html(
        '<live-room data-room="{}" data-seq="{}" {}>{}</live-room>', address, cursor, attributes, content
    )


def _attributes(others: Mapping[str, str | bool]) -> SafeString:
    """Return the attributes of ``<live-room>``: addresses, and sentences in which ``{n}`` is a number."""
    words: dict[str, str | bool] = {
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
    }
    words.update({name: text for name, text in others.items() if text})
    given = ((name.replace("_", "-"), "" if text is True else text) for name, text in words.items())
    return format_html_join(" ", 'data-{}="{}"', given)
