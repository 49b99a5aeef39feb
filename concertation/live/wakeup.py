"""Wake the hub of every process after a commit. A wake-up may be lost; an event may not."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer

logger = logging.getLogger(__name__)

# One group for all hubs: a wake-up is small, and a hub without readers in the room ignores it.
GROUP = "live.hubs"

Wake = Callable[[Mapping[str, int]], None]
_hub_of_this_process: Wake | None = None
_recheck_in_this_process: Callable[[], None] | None = None


def attach(hub: Wake | None, recheck: Callable[[], None] | None = None) -> None:
    """Set the hub of this process, which forwards wake-ups to the others from its own event loop."""
    global _hub_of_this_process, _recheck_in_this_process
    _hub_of_this_process, _recheck_in_this_process = hub, recheck


def is_shared() -> bool:
    """Return whether the channel layer reaches other processes."""
    return not isinstance(get_channel_layer(), InMemoryChannelLayer | None)


def wake(reached: Mapping[str, int]) -> None:
    """Send the last numbers of these rooms. A failure is harmless: each hub also reads the table every second."""
    if _hub_of_this_process is not None:
        _hub_of_this_process(reached)
    else:
        _send({"type": "live.wake", "rooms": dict(reached)})


def recheck() -> None:
    """Make every process check the access of its readers now; each also does so every ``limits.audit`` seconds."""
    if _recheck_in_this_process is not None:
        _recheck_in_this_process()
    else:
        _send({"type": "live.recheck"})


def _send(message: dict[str, Any]) -> None:
    """Send from a process without a hub, such as a job or a command."""
    layer = get_channel_layer()
    if layer is None or not is_shared():
        return
    try:
        async_to_sync(layer.group_send)(GROUP, message)
    except Exception:
        logger.warning("A wake-up was not sent; the hubs will poll the events within a second.", exc_info=True)
