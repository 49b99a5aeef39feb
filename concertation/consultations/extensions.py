"""The consultations of a person on their own page: participation and roles."""

from dataclasses import dataclass, field

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from concertation.accounts.parts import MyPart
from concertation.texts.words import sort_key
from concertation.viewer import Viewer

from .actions.roles import role_name
from .models import Consultation, Membership, Participation, Role


@dataclass
class MyConsultation:
    consultation: Consultation
    participation: Participation | None = None
    roles: list[str] = field(default_factory=list)
    is_run: bool = False


def part(viewer: Viewer) -> list[MyPart]:
    """Return the consultations of a person that they may see, in two queries."""
    visible = Consultation.objects.visible_to(viewer)
    rows: dict[int, MyConsultation] = {}
    held = (
        Membership.objects.filter(user=viewer.person, consultation__in=visible)
        .held_at(viewer.now)
        .select_related("consultation")
    )
    for one in held.order_by("pk"):
        mine = rows.setdefault(one.consultation_id, MyConsultation(one.consultation))
        mine.roles.append(role_name(one.consultation, one.role))
        mine.is_run = mine.is_run or one.role in Role.staff()
    joined = Participation.objects.filter(user=viewer.person, consultation__in=visible)
    for own in joined.select_related("consultation", "actor_kind", "organisation__merged_into"):
        rows.setdefault(own.consultation_id, MyConsultation(own.consultation)).participation = own
    if not rows:
        return []
    in_order = sorted(rows.values(), key=lambda one: sort_key(one.consultation.title))
    html = render_to_string("consultations/mine.html", {"rows": in_order})
    return [MyPart(_("Mes concertations"), SafeString(html), 10)]
