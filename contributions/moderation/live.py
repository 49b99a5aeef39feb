"""Push the number of pending texts to those who read the queue; its event makes their page re-fetch itself."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.html import format_html

from concertation.consultations.models import Consultation
from concertation.live.audience import Audience
from concertation.live.models import Room
from concertation.live.registry import Rendered, register_room, row
from concertation.permissions import may
from concertation.viewer import Viewer

from .queue import pending_count


def room_key(consultation_id: int) -> str:
    return f"moderation:{consultation_id}:{Audience.STAFF.key}"


def _rooms(consultation: Consultation, now: datetime) -> list[str]:
    return [room_key(consultation.pk)]


def _resolve(viewer: Viewer, pk: int) -> Sequence[str]:
    consultation = viewer.ask("consultations", [pk], Consultation.objects.in_bulk).get(pk)
    if consultation is None or not may(viewer, "contributions.read_queue", consultation):
        return []
    return [room_key(pk)]


def count_row(consultation: Consultation) -> Rendered:
    """Render the count as a row; its version is the last number of the room, so that a late frame is ignored."""
    room = Room.objects.filter(key=room_key(consultation.pk)).first()
    version = room.last_seq if room else 0
    html = format_html(
        '<span class="tabs__count" data-live="queue:{}" data-version="{}">{}</span>',
        consultation.pk,
        version,
        pending_count(consultation),
    )
    return Rendered(version, html)


def _render(pks: Sequence[int], audience: Audience) -> dict[int, Rendered]:
    if audience != Audience.STAFF:
        return {}
    return {one.pk: count_row(one) for one in Consultation.objects.filter(pk__in=pks)}


def register() -> None:
    register_room("moderation", _resolve)
    row("queue", Consultation, rooms=_rooms, render=_render, version=None)
