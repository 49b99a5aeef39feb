from django.apps import AppConfig


class BoardConfig(AppConfig):
    """Teaches a server of the tests the board of ``board.py``."""

    name = "tests.live"
    label = "tests_live"

    def ready(self) -> None:
        from concertation.live import registry

        from . import board

        registry.register_room("board", board.rooms)
        registry._followed["note"] = board.NOTES
