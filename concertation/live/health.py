"""Whether this process is on its way out: said to whoever sends it visitors, before it closes its doors."""

from threading import Event

_stopping = Event()


def begin_to_stop() -> None:
    _stopping.set()


def is_stopping() -> bool:
    return _stopping.is_set()
