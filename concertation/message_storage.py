"""Store messages until a page shows them, each sentence once, however often a form was sent."""

from typing import Any

from django.contrib.messages.storage.fallback import FallbackStorage


class OneOfEach(FallbackStorage):
    """Do not add a sentence that is not shown yet a second time: two clicks on one button are one success."""

    def add(self, level: int, message: Any, extra_tags: str | None = "") -> None:
        held: Any = self  # Django's types omit these two
        unread = (*held._loaded_messages, *held._queued_messages)
        said = {(one.level, str(one.message), one.extra_tags or "") for one in unread}
        if (level, str(message), extra_tags or "") not in said:
            super().add(level, message, extra_tags)
