"""Limits of the live channel. ``LIVE='{"sockets_per_address": 60}'`` in the environment changes any of them."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Limits:
    # Seconds: events of one tick share a frame; between polls of the table; between access checks …
    tick: float = 0.05
    poll: float = 1.0
    audit: float = 1.5
    # … and at least between two checks that acts cause; between heartbeats; between presence frames.
    recheck: float = 0.2
    beat: float = 20.0
    presence: float = 2.0
    # Events and bytes of rows in one frame (a single larger row still goes), and how many are replayed to one reader
    # before the page must reload: each row may have to be rendered, at two milliseconds of CPU.
    events_per_frame: int = 100
    frame_bytes: int = 64 * 1024
    events_replayed: int = 400
    # Stored history, whichever is shorter.
    kept_days: int = 7
    kept_events: int = 10_000
    # What a browser may send, and how many sockets it may open.
    message_bytes: int = 16 * 1024
    messages_per_second: int = 20
    sockets_per_person: int = 5
    sockets_per_address: int = 20
    rooms_per_socket: int = 16
    # A slow reader: frames are buffered above the first (bytes), the socket is cut above the second or after the third.
    park_bytes: int = 64 * 1024
    parked_bytes: int = 256 * 1024
    parked_seconds: float = 10.0


limits = Limits(**getattr(settings, "LIVE", {}))
