"""Where messages wait for the page that shows them: each sentence once, however often a form was sent."""

from typing import Any

from django.contrib.messages.storage.fallback import FallbackStorage


class OneOfEach(FallbackStorage):
    """A sentence that nobody has read yet is not said again: two clicks on one button are one success."""

    def add(self, level: int, message: Any, extra_tags: str | None = "") -> None:
        held: Any = self  # the types of Django leave these two out
        unread = (*held._loaded_messages, *held._queued_messages)
        said = {(one.level, str(one.message), one.extra_tags or "") for one in unread}
        if (level, str(message), extra_tags or "") not in said:
            super().add(level, message, extra_tags)
