"""Telling the hub of every process that a room has something new. A wake-up may be lost; an event may not."""

import logging
from collections.abc import Callable, Mapping

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer

logger = logging.getLogger(__name__)

# Every hub listens to this one group: a wake-up is small, and a hub that does not hold the room ignores it.
GROUP = "live.hubs"

Wake = Callable[[Mapping[str, int]], None]
_hub_of_this_process: Wake | None = None


def attach(hub: Wake | None) -> None:
    """Name the hub that runs in this process; it passes the wake-ups on to the others from its own event loop."""
    global _hub_of_this_process
    _hub_of_this_process = hub


def is_shared() -> bool:
    """Whether the channel layer reaches other processes at all."""
    return not isinstance(get_channel_layer(), InMemoryChannelLayer | None)


def wake(reached: Mapping[str, int]) -> None:
    """Say how far these rooms have come. Failing is harmless: each hub also reads the table every second."""
    if _hub_of_this_process is not None:
        _hub_of_this_process(reached)
        return
    layer = get_channel_layer()
    if layer is None or not is_shared():
        return
    try:
        async_to_sync(layer.group_send)(GROUP, {"type": "live.wake", "rooms": dict(reached)})
    except Exception:
        logger.warning("A wake-up was not sent; the readers will see it within a second.", exc_info=True)
